// What transactions offer for gas, and how much more a replacement has to offer.
import type { Reader } from "../chain/chain-access.ts";

/** In wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Nodes take a replacement that offers 10 % more, some 12.5 %. */
const RAISE_PER_MILLE = 1_125n;

/** What the chain asks for now, at most `most`. */
export async function currentFees(reader: Reader, most: bigint): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await reader.estimateFeesPerGas();
  return capped({ maxFeePerGas, maxPriorityFeePerGas }, most);
}

/** The fees of a replacement: at least an eighth above the old ones, and what is asked for now. `undefined` if that is more than `most`. */
export function raisedFees(old: Fees, now: Fees, most: bigint): Fees | undefined {
  const maxFeePerGas = larger(raised(old.maxFeePerGas), now.maxFeePerGas);
  const maxPriorityFeePerGas = larger(raised(old.maxPriorityFeePerGas), now.maxPriorityFeePerGas);
  const asked = { maxFeePerGas: larger(maxFeePerGas, maxPriorityFeePerGas), maxPriorityFeePerGas };
  if (raised(old.maxFeePerGas) > most || raised(old.maxPriorityFeePerGas) > most) return undefined;
  return capped(asked, most);
}

function raised(fee: bigint): bigint {
  return (fee * RAISE_PER_MILLE + 999n) / 1_000n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function capped({ maxFeePerGas, maxPriorityFeePerGas }: Fees, most: bigint): Fees {
  return {
    maxFeePerGas: maxFeePerGas < most ? maxFeePerGas : most,
    maxPriorityFeePerGas: maxPriorityFeePerGas < most ? maxPriorityFeePerGas : most,
  };
}
