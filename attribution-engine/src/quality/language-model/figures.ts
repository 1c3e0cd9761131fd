/** Figures of a method on the language model besides its linear datamodelling score. */
import { attributeMoney } from "../money-share.ts";
import { ranks } from "../statistics.ts";
import type { AttributionMethod } from "../methods/method.ts";

/** The chance that a marked record has a larger value than one that is not; ties count half. */
export function areaUnderCurve(values: ArrayLike<number>, isMarked: readonly boolean[]): number {
  const rank = ranks(values);
  const marked = isMarked.filter(Boolean).length;
  const others = isMarked.length - marked;
  if (marked === 0 || others === 0) throw new Error(`${marked} marked of ${isMarked.length}; both kinds are needed`);
  const sum = isMarked.reduce((total, is, record) => total + (is ? rank[record]! : 0), 0);
  return (sum - (marked * (marked + 1)) / 2) / (marked * others);
}

/** How much records hurt: the mean score over `queries` queries, its sign reversed. */
export function harmOf(method: AttributionMethod, queries: number): Float64Array {
  const harm = method.scores(0).map((score) => -score / queries);
  for (let query = 1; query < queries; query++)
    method.scores(query).forEach((score, record) => (harm[record]! -= score / queries));
  return harm;
}

/** What records are paid, as shares of all, when each query is a call that pays 1 (docs/formats.md §6.3). */
export function payouts(method: AttributionMethod, queries: number): Float64Array {
  const records = method.scores(0).length;
  const paid = new Float64Array(records);
  const nobody = new Array<string>(records).fill("");
  const calls = new Array<string>(queries).fill("");
  const scores = (query: number): ArrayLike<number> => method.scores(query);
  for (const call of attributeMoney({ recordContributors: nobody, callContributors: calls, scores }))
    for (const [record, money] of call) paid[record]! += money / queries;
  return paid;
}

/** Half the sum of the differences of two ways of sharing: 0 where they are the same, 1 where nobody is paid by both. */
export function totalVariation(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, record) => sum + Math.abs(value - b[record]!), 0) / 2;
}
