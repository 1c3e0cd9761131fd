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

/** The lists of all records of which `a` and `b` are the lists of some, none in both; best first, ties to the lower place. */
export function mergeLists(a: RankedLists, b: RankedLists): RankedLists {
  const { queries, topK } = a;
  if (b.topK !== topK || b.queries !== queries) {
    throw new Error(`${b.queries} lists of top ${b.topK} do not fit ${queries} lists of top ${topK}`);
  }
  const lists = emptyLists(queries, topK);
  for (let list = 0; list < 2 * queries; list++) {
    const base = list * topK;
    const countA = a.counts[list]!;
    const countB = b.counts[list]!;
    const count = Math.min(topK, countA + countB);
    for (let to = base, i = base, j = base; to < base + count; to++) {
      const isA = j === base + countB || (i < base + countA && isBefore(a, i, b, j));
      const from = isA ? a : b;
      const at = isA ? i++ : j++;
      lists.recordIndex[to] = from.recordIndex[at]!;
      lists.s[to] = from.s[at]!;
      lists.w[to] = from.w[at]!;
    }
    lists.counts[list] = count;
  }
  return lists;
}

function isBefore(a: RankedLists, i: number, b: RankedLists, j: number): boolean {
  return a.w[i]! > b.w[j]! || (a.w[i] === b.w[j] && a.recordIndex[i]! < b.recordIndex[j]!);
}
