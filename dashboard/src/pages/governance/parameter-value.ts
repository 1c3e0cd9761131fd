// In what each of governance's parameters is counted: the contracts and the index hold bare numbers.
import { bpsPercent, count, exactAmount } from "../../format/amount.ts";
import { duration } from "../../format/time.ts";

/** In base units of OPEN, or of gOPEN, which is as fine. */
const AMOUNTS: Readonly<Record<string, string>> = {
  "OpenGovernor.proposalThreshold": "gOPEN",
  "RoyaltyLedger.bondFloor": "OPEN",
  "RoyaltyLedger.proposerFee": "OPEN",
  "ModelRegistry.indexBond": "OPEN",
};
/** The governor's clock counts seconds (ERC-6372). */
const SECONDS = new Set([
  "OpenGovernor.votingDelay",
  "OpenGovernor.votingPeriod",
  "OpenGovernor.lateQuorumVoteExtension",
]);

/** @param id contract and parameter, as the index names them */
export function parameterValue(id: string, value: string): string {
  const unit = AMOUNTS[id];
  if (unit !== undefined) return `${exactAmount(BigInt(value))} ${unit}`;
  if (SECONDS.has(id)) return duration(value);
  if (id.endsWith("Bps")) return bpsPercent(Number(value));
  return count(value);
}
