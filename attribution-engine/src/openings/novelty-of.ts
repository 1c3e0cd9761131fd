// How new the records of a part of an index are, taken together.
import { isWithdrawnForm } from "@tributary/protocol/payloads/index";
import type { AttributionIndex } from "../index/attribution-index.ts";

const MOST_NOVEL = 255;

/** Records of consecutive places. */
export interface PlaceRange {
  readonly first: number;
  readonly records: number;
}

export interface NoveltyCounts {
  readonly records: number;
  /** Records in withdrawn form, which have no novelty; the figures below are of the others. */
  readonly withdrawn: number;
  /** Of all novelties: divided by `records` less `withdrawn`, their mean. */
  readonly sum: number;
  /** Records of novelty 0, which earn nothing. */
  readonly copies: number;
  /** Records of novelty 255: like no earlier one. */
  readonly full: number;
}

/** @throws RangeError if the index has no such places */
export function noveltyOf(
  { count, novelties, witnesses }: Pick<AttributionIndex, "count" | "novelties" | "witnesses">,
  range: PlaceRange,
) {
  const { first, records } = range;
  if (first < 0 || records < 0 || first + records > count)
    throw new RangeError(`places ${first} to ${first + records}: the index has ${count} records`);
  const counts = { records, withdrawn: 0, sum: 0, copies: 0, full: 0 };
  for (let place = first; place < first + records; place++) {
    const novelty = novelties[place]!;
    if (isWithdrawnForm({ novelty, witness: witnesses[place]! })) {
      counts.withdrawn++;
      continue;
    }
    counts.sum += novelty;
    if (novelty === 0) counts.copies++;
    if (novelty === MOST_NOVEL) counts.full++;
  }
  return counts satisfies NoveltyCounts;
}
