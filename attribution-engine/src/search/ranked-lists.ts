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
  const merged = wordsOf(lists);
  const wordsA = wordsOf(a);
  const wordsB = wordsOf(b);
  for (let list = 0; list < 2 * queries; list++) {
    const base = list * topK;
    const endA = base + a.counts[list]!;
    const endB = base + b.counts[list]!;
    const count = Math.min(topK, endA - base + (endB - base));
    for (let to = base, i = base, j = base; to < base + count; to++) {
      const isA = j === endB || (i < endA && isBefore(wordsA, i, wordsB, j));
      const from = isA ? wordsA : wordsB;
      const at = isA ? i++ : j++;
      merged.recordIndex[to] = from.recordIndex[at]!;
      merged.s[2 * to] = from.s[2 * at]!;
      merged.s[2 * to + 1] = from.s[2 * at + 1]!;
      merged.w[2 * to] = from.w[2 * at]!;
      merged.w[2 * to + 1] = from.w[2 * at + 1]!;
    }
    lists.counts[list] = count;
  }
  return lists;
}

/** Entries in words of 32 bits, the lower one first: numbers, where each element of 64 bits would be an object. */
interface ListWords {
  readonly recordIndex: Uint32Array;
  readonly s: Uint32Array;
  readonly w: Uint32Array;
}

function wordsOf({ recordIndex, s, w }: RankedLists): ListWords {
  return {
    recordIndex,
    s: new Uint32Array(s.buffer, s.byteOffset, 2 * s.length),
    w: new Uint32Array(w.buffer, w.byteOffset, 2 * w.length),
  };
}

function isBefore(a: ListWords, i: number, b: ListWords, j: number): boolean {
  const high = a.w[2 * i + 1]! - b.w[2 * j + 1]!;
  if (high !== 0) return high > 0;
  const low = a.w[2 * i]! - b.w[2 * j]!;
  return low > 0 || (low === 0 && a.recordIndex[i]! < b.recordIndex[j]!);
}
