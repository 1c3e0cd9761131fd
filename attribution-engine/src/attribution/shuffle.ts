// Stage 2, shuffle: gathers the points of all calls by record.
import type { RankedLists } from "../search/ranked-lists.ts";
import { u128At, u128Column, setU128 } from "../trees/u128-words.ts";

/** `NONE` of docs/formats.md §1. */
const NONE = 0xffffffff;

/**
 * The credits or the debits of all records: record `r` has those at `offsets[r] … offsets[r + 1] − 1` of `entries`, which holds places of
 * list entries in ascending order, that is by (call, entry). `sums` is a u128 column by record.
 */
export interface Tallies {
  readonly offsets: Uint32Array;
  readonly entries: Uint32Array;
  readonly sums: BigUint64Array;
}

/** Tallies of a group; `tallyIndices` stands at the places of the lists' entries; `nets` is a u128 column by record. */
export interface ShuffledGroup {
  readonly credits: Tallies;
  readonly debits: Tallies;
  readonly tallyIndices: Uint32Array;
  readonly nets: BigUint64Array;
}

/** Credits, debits and nets of every record (docs/formats.md §6.3), and each entry's place in them: `NONE` for entries without points. */
export function shuffleGroup(lists: RankedLists, points: BigUint64Array, recordCount: number): ShuffledGroup {
  const tallyIndices = new Uint32Array(lists.recordIndex.length).fill(NONE);
  const credits = tally(lists, points, recordCount, 0, tallyIndices);
  const debits = tally(lists, points, recordCount, 1, tallyIndices);
  const nets = u128Column(recordCount);
  for (let record = 0; record < recordCount; record++) {
    const net = u128At(credits.sums, record) - u128At(debits.sums, record);
    if (net > 0n) setU128(nets, record, net);
  }
  return { credits, debits, tallyIndices, nets };
}

/** A counting sort of the entries of one side by record. */
function tally(
  lists: RankedLists,
  points: BigUint64Array,
  recordCount: number,
  side: 0 | 1,
  tallyIndices: Uint32Array,
): Tallies {
  const { topK, counts, recordIndex } = lists;
  const offsets = new Uint32Array(recordCount + 1);
  const sums = u128Column(recordCount);
  const each = (visit: (at: number, record: number) => void): void => {
    for (let list = side; list < 2 * lists.queries; list += 2) {
      for (let at = list * topK, end = at + counts[list]!; at < end; at++) {
        if (points[2 * at + 1] !== 0n || points[2 * at] !== 0n) visit(at, recordIndex[at]!);
      }
    }
  };
  each((_, record) => {
    offsets[record + 1]!++;
  });
  for (let record = 0; record < recordCount; record++) offsets[record + 1]! += offsets[record]!;
  const entries = new Uint32Array(offsets[recordCount]!);
  const next = offsets.slice(0, recordCount);
  each((at, record) => {
    const place = next[record]!++;
    entries[place] = at;
    tallyIndices[at] = place - offsets[record]!;
    addTo(sums, record, points, at);
  });
  return { offsets, entries, sums };
}

/** sums[i] += values[j] on u128 columns. */
function addTo(sums: BigUint64Array, i: number, values: BigUint64Array, j: number): void {
  const low = sums[2 * i + 1]! + values[2 * j + 1]!;
  sums[2 * i + 1] = low;
  sums[2 * i]! += values[2 * j]! + (low >> 64n);
}
