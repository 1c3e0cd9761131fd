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

/** What is shown of a settlement, as it is indexed. */
export interface StatedSettlement {
  /** Receipts. */
  readonly count: number;
  /** Base units, of all receipts, and the data's part of that. */
  readonly fee: string;
  readonly pool: string;
}

/**
 * The fee's parts and who got them, recomputed from the split of the model version.
 * @param stated what is shown, which has to be what is found
 */
export function checkSettlement(
  chain: CheckChain,
  settlement: bigint,
  stated: StatedSettlement,
  onStep?: TellStep,
): Promise<CheckResult<DividedFee>> {
  return runCheck(SETTLEMENT_CHECK, onStep, async (checks) => {
    const divided = await dividedFee(chain, settlement, checks);
    checks.same(stated.count, divided.count, "the settlement's calls, as they are shown", "chain");
    checks.same(stated.fee, String(divided.fee), "the fee, as it is shown", "chain");
    checks.same(stated.pool, String(divided.pool), "the data's part, as it is shown", "chain");
    return divided;
  });
}
