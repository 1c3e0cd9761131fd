// An amount of OPEN: short to read, exact in its title and for copying.
import { exactAmount, readableAmount } from "../format/amount.ts";

export function Amount({ of: baseUnits }: { of: bigint | string }) {
  const amount = BigInt(baseUnits);
  return (
    <data className="amount" value={String(amount)} title={`${exactAmount(amount)} OPEN (${amount} base units)`}>
      {readableAmount(amount)} <span className="unit">OPEN</span>
    </data>
  );
}
