// Checks how a settlement's fee was divided, from the chain alone.
import type { TellStep } from "@tributary/protocol/check-steps";
import type { CheckChain } from "./chain.ts";
import { type DividedFee, dividedFee } from "./fee-split.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";

export const SETTLEMENT_CHECK: CheckKind = {
  status: "proven",
  attested: [{ what: "that the calls were made as the receipts say", by: "the gateway's signatures" }],
  beyond: [
    {
      what: "that the receipts' root holds every receipt, in order",
      by: "the published receipts; a proof ends what is wrong, and a payer can demand that a signed receipt be settled",
    },
  ],
};

/** The fee's parts and who got them, recomputed from the split of the model version. */
export function checkSettlement(
  chain: CheckChain,
  settlement: bigint,
  onStep?: TellStep,
): Promise<CheckResult<DividedFee>> {
  return runCheck(SETTLEMENT_CHECK, onStep, (checks) => dividedFee(chain, settlement, checks));
}
