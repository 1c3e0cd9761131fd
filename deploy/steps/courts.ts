// Step 15: the courts of a ledger, which end what is wrong: the fault proofs with their three checkers, the demands, and the disputes over sketches.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { courtSteps } from "../step-names.ts";
import type { Contract } from "./contract.ts";

/** Places, in the list that the staking is bound with, of the faults of a ledger's demands; `index` counts the ledgers, OPEN's first. */
export function demandFaults(index: number): { sketchFault: number; receiptFault: number } {
  return { sketchFault: 1 + 2 * index, receiptFault: 2 + 2 * index };
}

/** Likewise of a ledger's disputes; after those of all demands. */
export function disputeFaults(index: number, ledgers: number): { unrevealedFault: number; signerFault: number } {
  const { sketchFault: first } = demandFaults(ledgers + index);
  return { unrevealedFault: first, signerFault: first + 1 };
}

/** The deposits and bonds of a ledger's courts, base units of its token. */
export type Deposits = Pick<Parameters, "proofDeposit" | "demandDeposit" | "disputeBondFloor">;

export type Courts = { proofs: Contract; demands: Contract; disputes: Contract };

export function courts(
  m: IgnitionModuleBuilder,
  p: Parameters,
  needs: { ledger: Contract; models: Contract; datanets: Contract; staking: Contract },
  deposits: Deposits,
  index = 0,
  steps = courtSteps(),
): Courts {
  const { ledger, models, datanets, staking } = needs;
  const calls = m.contract("CallChecker", [ledger, models], { id: steps.calls });
  const payouts = m.contract("PayoutChecker", [ledger, models, datanets], { id: steps.payouts });
  const forms = m.contract("FormChecker", [ledger, models], { id: steps.forms });
  const proofs = m.contract("FaultProofs", [ledger, calls, payouts, forms, { deposit: deposits.proofDeposit }], {
    id: steps.proofs,
  });
  const terms = {
    answerSeconds: p.answerSeconds,
    reactionSeconds: p.reactionSeconds,
    deposit: deposits.demandDeposit,
  };
  const penalties = {
    ...demandFaults(index),
    sketchBps: p.withheldSketchesBps,
    receiptBps: p.withheldReceiptsBps,
    answerableSeconds: p.withheldAnswerableSeconds,
  };
  const demands = m.contract("Demands", [ledger, models, staking, terms, penalties], { id: steps.demands });
  const { unrevealedFault, signerFault } = disputeFaults(index, 1 + p.paymentTokens.length);
  const disputes = m.contract(
    "SketchDisputes",
    [
      ledger,
      models,
      staking,
      {
        resolveSeconds: p.disputeResolveSeconds,
        bondFloor: deposits.disputeBondFloor,
        bondBps: p.disputeBondBps,
        unansweredBps: p.disputeUnansweredBps,
        signerFault,
        signerBps: p.falseSketchBps,
        admittedBps: p.admittedSketchBps,
        answerableSeconds: p.disputeAnswerableSeconds,
      },
      {
        commitSeconds: p.disputeCommitSeconds,
        revealSeconds: p.disputeRevealSeconds,
        quorumBps: p.disputeQuorumBps,
        unrevealedFault,
        unrevealedBps: p.disputeUnrevealedBps,
      },
    ],
    { id: steps.disputes },
  );
  return { proofs, demands, disputes };
}
