// Step 15: the courts, which end what is wrong: of a ledger the fault proofs with their three checkers, the demands, the proofs against settlements and the disputes over
// sketches, of the models the proofs of index faults.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { courtSteps } from "../step-names.ts";
import type { Contract } from "./contract.ts";

/** Places, in the list that the staking is bound with, of the faults of a ledger's demands; `index` counts the ledgers, OPEN's first. */
export function demandFaults(index: number): { sketchFault: number; receiptFault: number } {
  return { sketchFault: 1 + 2 * index, receiptFault: 2 + 2 * index };
}

/** Places, behind those of all demands, of the faults that a ledger's proofs against settlements slash for. */
export function settlementFaults(p: Parameters, index: number): { sketchFault: number; receiptFault: number } {
  return demandFaults(1 + p.paymentTokens.length + index);
}

/** Places, behind those, of the faults that a ledger's disputes slash for. */
export function disputeFaults(p: Parameters, index: number): { unrevealedFault: number; signerFault: number } {
  const { sketchFault, receiptFault } = settlementFaults(p, 1 + p.paymentTokens.length + index);
  return { unrevealedFault: sketchFault, signerFault: receiptFault };
}

/** The deposits and bonds of a ledger's courts, base units of its token. */
export type Deposits = Pick<Parameters, "proofDeposit" | "demandDeposit" | "inclusionDeposit" | "disputeBondFloor">;

export type Courts = { proofs: Contract; demands: Contract; settlementProofs: Contract; disputes: Contract };

export function courts(
  m: IgnitionModuleBuilder,
  p: Parameters,
  needs: {
    ledger: Contract;
    models: Contract;
    datanets: Contract;
    staking: Contract;
    tills: Contract;
    channels: Contract;
  },
  deposits: Deposits,
  index = 0,
  steps = courtSteps(),
): Courts {
  const { ledger, models, datanets, staking, tills, channels } = needs;
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
  const checker = m.contract("SettlementChecker", [], { id: steps.settlementChecker });
  const settlementProofs = m.contract(
    "SettlementProofs",
    [
      ledger,
      models,
      tills,
      channels,
      staking,
      checker,
      { deposit: deposits.proofDeposit },
      {
        ...settlementFaults(p, index),
        sketchBps: p.wrongSketchesBps,
        receiptBps: p.wrongReceiptsBps,
        answerableSeconds: p.wrongAnswerableSeconds,
      },
      {
        graceSeconds: p.inclusionGraceSeconds,
        demandSeconds: p.inclusionDemandSeconds,
        answerSeconds: p.inclusionAnswerSeconds,
        deposit: deposits.inclusionDeposit,
      },
    ],
    { id: steps.settlementProofs },
  );
  const { unrevealedFault, signerFault } = disputeFaults(p, index);
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
  return { proofs, demands, settlementProofs, disputes };
}

/** What a ledger hears: all of its courts. */
export function courtsOf({ proofs, demands, settlementProofs, disputes }: Courts): Contract[] {
  return [proofs, demands, settlementProofs, disputes];
}

/** The court of the indexes of all models; its reservations are in the token of index bonds, which is OPEN. */
export function indexCourt(
  m: IgnitionModuleBuilder,
  needs: { models: Contract; datanets: Contract },
  { proofDeposit }: Pick<Deposits, "proofDeposit">,
): Contract {
  return m.contract("IndexProofs", [needs.models, needs.datanets, { deposit: proofDeposit }]);
}
