/** How well scores tell two kinds apart. */
import { ranks } from "./statistics.ts";

/**
 * The area under the ROC curve: the chance that a record of `positives` has a higher score than one that is none, ties counting half.
 * @throws Error where all records are of one kind.
 */
export function areaUnderCurve(scores: ArrayLike<number>, positives: readonly number[]): number {
  const others = scores.length - positives.length;
  if (positives.length === 0 || others === 0) throw new Error("records of one kind only cannot be told apart");
  const place = ranks(scores);
  const sum = positives.reduce((total, record) => total + place[record]!, 0);
  return (sum - (positives.length * (positives.length + 1)) / 2) / (positives.length * others);
}
