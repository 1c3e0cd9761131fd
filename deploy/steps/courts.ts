// Step 15: the courts, which end what is wrong: of a ledger the fault proofs with their three checkers and the demands, of the models the proofs of index faults.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { courtSteps } from "../step-names.ts";
import type { Contract } from "./contract.ts";

/** Places, in the list that the staking is bound with, of the faults of a ledger's demands; `index` counts the ledgers, OPEN's first. */
export function demandFaults(index: number): { sketchFault: number; receiptFault: number } {
  return { sketchFault: 1 + 2 * index, receiptFault: 2 + 2 * index };
}

/** The deposits of a ledger's courts, base units of its token. */
export type Deposits = Pick<Parameters, "proofDeposit" | "demandDeposit">;

export type Courts = { proofs: Contract; demands: Contract };

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
  return { proofs, demands };
}

/** The court of the indexes of all models; its reservations are in the token of index bonds, which is OPEN. */
export function indexCourt(
  m: IgnitionModuleBuilder,
  needs: { models: Contract; datanets: Contract },
  { proofDeposit }: Pick<Deposits, "proofDeposit">,
): Contract {
  return m.contract("IndexProofs", [needs.models, needs.datanets, { deposit: proofDeposit }]);
}
