/** Rank correlation and its bootstrap confidence interval. */
import { createRandom } from "../numerics/random.ts";

/** Ranks from 1; equal values share their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) result[order[i]!] = (from + to + 1) / 2;
    from = to;
  }
  return result;
}

/** Pearson's correlation; 0 where either side is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) throw new Error(`correlation of ${a.length} and ${b.length} values`);
  const mean = (values: ArrayLike<number>): number =>
    (Array.prototype.reduce.call(values, (sum, value) => (sum as number) + (value as number), 0) as number) /
    values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Spearman's rank correlation. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(ranks(a), ranks(b));
}

/** A value with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The percentile interval: resamples items 0 … count − 1 with replacement; `statistic` gets the drawn items. */
export function bootstrap(
  count: number,
  statistic: (items: readonly number[]) => number,
  seed: number,
  rounds = 1000,
): Estimate {
  const random = createRandom(seed, "bootstrap");
  const draws = Array.from({ length: rounds }, () =>
    statistic(Array.from({ length: count }, () => random.below(count))),
  ).sort((a, b) => a - b);
  return {
    value: statistic(Array.from({ length: count }, (_, i) => i)),
    low: draws[Math.floor(0.025 * rounds)]!,
    high: draws[Math.floor(0.975 * rounds)]!,
  };
}
