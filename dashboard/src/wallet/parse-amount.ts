// Amounts as somebody types them.
import { parseEther } from "viem";

/** Base units of a decimal number of OPEN; undefined if it is none, is zero, or has more than 18 decimals. */
export function parseAmount(text: string): bigint | undefined {
  const plain = text.trim().replaceAll(/[ \u202f\u00a0]/g, "");
  if (!/^\d{1,12}(\.\d{1,18})?$/.test(plain)) return undefined;
  const amount = parseEther(plain);
  return amount === 0n ? undefined : amount;
}
