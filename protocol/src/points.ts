// Influence and the points of a call's lists (docs/formats.md §6.3).
import { partOf, splitByWeights } from "./split.ts";

/** Points of the helpful entries (credits) and of the harmful ones (debits), in list order. */
export type CallPoints = { credits: bigint[]; debits: bigint[] };

const DEBIT_UNIT = 256n;

/** Influence `s = scale · ⟨q, x⟩`. */
export function influence(scale: number, dotProduct: number): bigint {
  return BigInt(scale) * BigInt(dotProduct);
}

/** Weight `w = |s| · novelty`. */
export function weight(s: bigint, novelty: number): bigint {
  return (s < 0n ? -s : s) * BigInt(novelty);
}

/**
 * The points of a call.
 * @param amount what the call pays to data; base units
 * @param helpful weights of the helpful list, best first
 * @param harmful weights of the harmful list, best first
 * @param debitFactor 0 … 256, in 1/256
 */
export function callPoints(
  amount: bigint,
  helpful: readonly bigint[],
  harmful: readonly bigint[],
  debitFactor: number,
): CallPoints {
  const helpfulTotal = helpful.reduce((sum, w) => sum + w, 0n);
  const harmfulTotal = harmful.reduce((sum, w) => sum + w, 0n);
  if (helpfulTotal === 0n) return { credits: helpful.map(() => 0n), debits: harmful.map(() => 0n) };
  const budget = (amount * BigInt(debitFactor)) / DEBIT_UNIT;
  const denominator = helpfulTotal > harmfulTotal ? helpfulTotal : harmfulTotal;
  let prefix = 0n;
  const debits = harmful.map((w) => {
    const part = partOf(budget, prefix, w, denominator);
    prefix += w;
    return part;
  });
  return { credits: splitByWeights(amount, helpful), debits };
}

/** `net` of a record over its group. */
export function netPoints(credits: bigint, debits: bigint): bigint {
  return credits > debits ? credits - debits : 0n;
}
