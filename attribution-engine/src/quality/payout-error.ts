/** How far payouts by one method are from those by another. */
import { attributeMoney } from "./money-share.ts";

type Scores = (call: number) => ArrayLike<number>;

/** Total variation distance of what the records are paid by the protocol's money rule when every call pays the same: 0 where they are paid alike, 1 where no unit goes to the same record. */
export function payoutError(records: number, calls: number, a: Scores, b: Scores): number {
  const [first, second] = [payouts(records, calls, a), payouts(records, calls, b)];
  return first.reduce((sum, paid, record) => sum + Math.abs(paid - second[record]!), 0) / 2;
}

/** Each record's share of all that is paid. */
function payouts(records: number, calls: number, scores: Scores): Float64Array {
  const paid = new Float64Array(records);
  const names = new Array<string>(records).fill("");
  for (const call of attributeMoney({
    recordContributors: names,
    callContributors: new Array<string>(calls).fill(""),
    scores,
  }))
    for (const [record, money] of call) paid[record]! += money;
  const total = paid.reduce((sum, money) => sum + money, 0);
  return total === 0 ? paid : paid.map((money) => money / total);
}
