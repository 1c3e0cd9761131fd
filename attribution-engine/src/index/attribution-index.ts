// The attribution index of a model version, as columns by place.
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import type { IndexColumns } from "@tributary/protocol/payloads/index";
import { digestOf } from "../numerics/value-digest.ts";
import { readSketchRows, type SketchColumn } from "../sketch/sketch-column.ts";

/** Training records by place: `count` rows of the columns of an index (docs/formats.md §3). */
export interface AttributionIndex extends IndexColumns {
  readonly count: number;
}

/** An index whose sketches are in memory or in a file. */
export interface BuiltIndex<Column extends SketchColumn = SketchColumn> extends Omit<AttributionIndex, "sketches"> {
  readonly sketches: Column;
}

/**
 * An index whose sketches, scales and novelties are in a record store, for one that is more than memory; what attribution needs besides is here.
 * Whoever makes one has checked that the store's records have this root.
 */
export interface StoredIndex {
  readonly count: number;
  readonly k: number;
  readonly contributionIds: BigUint64Array;
  readonly root: Node;
  /** The record store's file. */
  readonly store: string;
}

/** What an epoch is attributed to: an index in memory, or in a store. */
export type SearchedIndex = AttributionIndex | StoredIndex;

export function isStored(index: SearchedIndex): index is StoredIndex {
  return "store" in index;
}

/** Says which records are searched: another for any other record, scale or novelty. */
export function indexDigest(index: SearchedIndex): string {
  if (isStored(index)) return `root ${bytesToHex(index.root.hash)}`;
  const { k, sketches, scales, novelties } = index;
  return digestOf([k, sketches, scales, novelties]);
}

/** The records `first … end − 1`, without copying, or with sketches that are read from their file. */
export function sliceIndex(index: BuiltIndex, first: number, end: number): AttributionIndex {
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
    sketches: readSketchRows(index, first, end),
  };
}
