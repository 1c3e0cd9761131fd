// How the report writes amounts and draws tables.
import { formatUnits } from "viem";

const DECIMALS = 18;
/** Of tables: no colours, so that a log can be read too, and no rules between rows. */
export const PLAIN = {
  style: { head: [], border: [] },
  chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
};

/** An amount in OPEN, cut to 4 decimals. */
export function open(amount: bigint): string {
  const [whole = "0", fraction = ""] = formatUnits(amount, DECIMALS).split(".");
  return `${whole}.${fraction.padEnd(4, "0").slice(0, 4)}`;
}
