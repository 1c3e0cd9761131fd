// An amount of OPEN: short to read, exact in its title and for copying.
import { exactAmount, readableAmount } from "../format/amount.ts";

/** @param unit another token of 18 decimals */
export function Amount({ of: baseUnits, unit = "OPEN" }: { of: bigint | string; unit?: string }) {
  const amount = BigInt(baseUnits);
  return (
    <data className="amount" value={String(amount)} title={`${exactAmount(amount)} ${unit} (${amount} base units)`}>
      {readableAmount(amount)} <span className="unit">{unit}</span>
    </data>
  );
}
