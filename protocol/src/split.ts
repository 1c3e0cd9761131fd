// Splits of money and points by prefix sums (docs/formats.md §6.1).

/**
 * The part of an item of weight `weight` behind items of total weight `prefix`: `⌊A·P[e+1]/Σ⌋ − ⌊A·P[e]/Σ⌋`.
 * @param total Σ, greater than 0
 */
export function partOf(amount: bigint, prefix: bigint, weight: bigint, total: bigint): bigint {
  return (amount * (prefix + weight)) / total - (amount * prefix) / total;
}

/**
 * All parts of `amount`; they add up to it exactly.
 * @param weights not negative
 * @throws RangeError if the weights add up to 0
 */
export function splitByWeights(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n) throw new RangeError("a split needs weights that add up to more than 0");
  let prefix = 0n;
  let before = 0n;
  return weights.map((weight) => {
    prefix += weight;
    const upTo = (amount * prefix) / total;
    const part = upTo - before;
    before = upTo;
    return part;
  });
}
