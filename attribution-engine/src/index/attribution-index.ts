// The attribution index of a model version, as columns by place.
import type { IndexColumns } from "@tributary/protocol/payloads/index";

/** Training records by place: `count` rows of the columns of an index (docs/formats.md §3). */
export interface AttributionIndex extends IndexColumns {
  readonly count: number;
}

/** The records `first … end − 1`, without copying. */
export function sliceIndex(index: AttributionIndex, first: number, end: number): AttributionIndex {
  const { k } = index;
  return {
    count: end - first,
    k,
    recordHashes: index.recordHashes.subarray(32 * first, 32 * end),
    contentSignatures: index.contentSignatures.subarray(32 * first, 32 * end),
    contributionIds: index.contributionIds.subarray(first, end),
    recordIndexes: index.recordIndexes.subarray(first, end),
    scales: index.scales.subarray(first, end),
    novelties: index.novelties.subarray(first, end),
    witnesses: index.witnesses.subarray(first, end),
    sketches: index.sketches.subarray(k * first, k * end),
  };
}
