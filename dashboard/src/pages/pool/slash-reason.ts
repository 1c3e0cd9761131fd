// Why a pool was slashed, in words, by the court that did it.
import type { DeployedContract } from "@tributary/protocol/deployment";

interface Fault {
  readonly id: string;
  readonly slasher: string;
}

/** Of each court, its faults in their order. */
const REASONS: Partial<Record<DeployedContract, readonly string[]>> = {
  ContributionReview: ["did not reveal a vote on a contribution that it had committed to"],
  Demands: [
    "did not publish sketches that it had signed",
    "did not publish receipts of a settlement that it had signed",
  ],
  SettlementProofs: ["signed sketches that are provably wrong", "signed receipts that are provably wrong"],
  SketchDisputes: [
    "did not reveal a vote on a disputed sketch that it had committed to",
    "signed a sketch that a vote of stake found false",
  ],
};

/**
 * @param faults of the staking, as it was bound with
 * @param addresses of the deployment; courts of other payment tokens are not among them
 */
export function slashReason(
  fault: string,
  faults: readonly Fault[],
  addresses: Readonly<Partial<Record<DeployedContract, string>>>,
): string {
  const slasher = faults.find(({ id }) => id === fault)?.slasher.toLowerCase();
  const place = faults.filter((each) => each.slasher.toLowerCase() === slasher).findIndex(({ id }) => id === fault);
  const court = Object.entries(addresses).find(([, address]) => address.toLowerCase() === slasher)?.[0];
  const reason = court === undefined ? undefined : REASONS[court as DeployedContract]?.[place];
  return reason ?? `fault ${fault}, found by the court ${slasher ?? "that is not known here"}`;
}
