// The helpful and harmful lists of a run of queries, as columns.

/**
 * For query `q` and side `h` (0 helpful, 1 harmful), list `l = 2q + h` has `counts[l]` entries at `l·topK …`, best first
 * (docs/formats.md §6.3): the record's place, its signed score `s` and its weight `w`. Places past the count hold 0.
 */
export interface RankedLists {
  readonly queries: number;
  readonly topK: number;
  readonly counts: Uint16Array;
  readonly recordIndex: Uint32Array;
  readonly s: BigInt64Array;
  readonly w: BigUint64Array;
}

/** Empty lists for `queries` queries of at most `topK` entries each. */
export function emptyLists(queries: number, topK: number): RankedLists {
  const places = queries * 2 * topK;
  return {
    queries,
    topK,
    counts: new Uint16Array(queries * 2),
    recordIndex: new Uint32Array(places),
    s: new BigInt64Array(places),
    w: new BigUint64Array(places),
  };
}

/** Copies the lists `part` to the queries of `lists` from number `first` on. */
export function placeLists(lists: RankedLists, first: number, part: RankedLists): void {
  if (part.topK !== lists.topK) throw new Error(`lists of top ${part.topK} do not fit lists of top ${lists.topK}`);
  const at = first * 2 * lists.topK;
  lists.counts.set(part.counts, first * 2);
  lists.recordIndex.set(part.recordIndex, at);
  lists.s.set(part.s, at);
  lists.w.set(part.w, at);
}
