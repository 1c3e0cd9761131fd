// How new the records of a part of an index are, taken together.
import type { AttributionIndex } from "../index/attribution-index.ts";

const MOST_NOVEL = 255;

/** Records of consecutive places. */
export interface PlaceRange {
  readonly first: number;
  readonly records: number;
}

export interface NoveltyCounts {
  readonly records: number;
  /** Of all novelties: divided by `records`, their mean. */
  readonly sum: number;
  /** Records of novelty 0, which earn nothing. */
  readonly copies: number;
  /** Records of novelty 255: like no earlier one. */
  readonly full: number;
}

/** @throws RangeError if the index has no such places */
export function noveltyOf({ count, novelties }: Pick<AttributionIndex, "count" | "novelties">, range: PlaceRange) {
  const { first, records } = range;
  if (first < 0 || records < 0 || first + records > count)
    throw new RangeError(`places ${first} to ${first + records}: the index has ${count} records`);
  const counts = { records, sum: 0, copies: 0, full: 0 };
  for (const novelty of novelties.subarray(first, first + records)) {
    counts.sum += novelty;
    if (novelty === 0) counts.copies++;
    if (novelty === MOST_NOVEL) counts.full++;
  }
  return counts satisfies NoveltyCounts;
}
