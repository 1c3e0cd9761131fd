// Search by sorting exact scores, and records to search, for tests.
import type { RankedLists } from "../ranked-lists.ts";
import type { Queries, ScoredRecords } from "../records.ts";

/** An entry of a list. */
export interface PlainEntry {
  readonly index: number;
  readonly s: bigint;
  readonly w: bigint;
}

/** A dot product in integers of any size. */
export function plainDot(records: ScoredRecords, queries: Queries, query: number, record: number): bigint {
  let dot = 0n;
  for (let i = 0; i < records.k; i++) {
    dot += BigInt(queries.sketches[query * records.k + i] ?? 0) * BigInt(records.sketches[record * records.k + i] ?? 0);
  }
  return dot;
}

/** The helpful and the harmful list of a query, by sorting all records. @param dot gives their products, the exact ones by default. */
export function plainLists(
  records: ScoredRecords,
  queries: Queries,
  topK: number,
  query: number,
  dot = plainDot,
): PlainEntry[][] {
  const entries: PlainEntry[] = [];
  for (let index = 0; index < records.count; index++) {
    const s = BigInt(records.scales[index] ?? 0) * dot(records, queries, query, index);
    entries.push({ index, s, w: (s < 0n ? -s : s) * BigInt(records.novelties[index] ?? 0) });
  }
  const sorted = entries
    .filter(({ w }) => w > 0n)
    .sort((a, b) => (a.w === b.w ? a.index - b.index : a.w > b.w ? -1 : 1));
  return [sorted.filter(({ s }) => s > 0n).slice(0, topK), sorted.filter(({ s }) => s < 0n).slice(0, topK)];
}

/** The entries of list number `list`. */
export function listAt(lists: RankedLists, list: number): PlainEntry[] {
  return Array.from({ length: lists.counts[list] ?? 0 }, (_, rankInList) => {
    const at = list * lists.topK + rankInList;
    return { index: lists.recordIndex[at] ?? -1, s: lists.s[at] ?? 0n, w: lists.w[at] ?? 0n };
  });
}

/** A generator of the same numbers on every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Draws one coordinate. */
export type Fill = (next: (below: number) => number) => number;

export function sketchesOf(seed: number, count: number, k: number, fill: Fill): Int8Array {
  const next = generator(seed);
  return Int8Array.from({ length: count * k }, () => fill(next));
}

export const anyCoordinate: Fill = (next) => next(255) - 127;
export const extremes: Fill = (next) => (next(2) === 0 ? -127 : 127);
export const zeros: Fill = () => 0;
export const coarse: Fill = (next) => (next(8) === 0 ? next(3) - 1 : 0);

/** Records with any novelties, and scales up to `largest − 1`. */
export function recordsOf(seed: number, count: number, k: number, fill: Fill, largest = 2 ** 24): ScoredRecords {
  const next = generator(seed + 1);
  return {
    count,
    k,
    sketches: sketchesOf(seed, count, k, fill),
    scales: Uint32Array.from({ length: count }, () => largest - 1 - (largest > 2 ? next(largest) : 0)),
    novelties: Uint8Array.from({ length: count }, () => (next(4) === 0 ? next(256) : 255)),
  };
}
