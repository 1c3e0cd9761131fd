// Reads the lists that the kernels leave behind.
import type { RankedLists } from "../ranked-lists.ts";
import { ENTRY_BYTES, HEAD_WORDS } from "./wgsl.ts";

/** `heads` and lists of a pass's queries, as `wgsl.ts` lays them out. */
export interface PassResult {
  readonly heads: Uint32Array;
  readonly lists: Uint32Array;
}

const ENTRY_WORDS = ENTRY_BYTES / 4;

/**
 * Places the pass's lists at its queries' places in `lists` and returns the places of queries that lost entries, whose lists are left
 * empty. `s` is `±w/novelty`, which divides exactly.
 */
export function placeEntries(lists: RankedLists, places: readonly number[], pass: PassResult): number[] {
  const { topK } = lists;
  const lost: number[] = [];
  for (const [query, place] of places.entries()) {
    const head = query * HEAD_WORDS;
    if (pass.heads[head + 1] !== 0) {
      lost.push(place);
      continue;
    }
    for (const side of [0, 1] as const) {
      const count = pass.heads[head + 2 + side] ?? 0;
      lists.counts[place * 2 + side] = count;
      for (let i = 0; i < count; i++) {
        const from = ((query * 2 + side) * topK + i) * ENTRY_WORDS;
        const [upper = 0, lower = 0, record = 0, scored = 0] = pass.lists.subarray(from, from + ENTRY_WORDS);
        const w = (BigInt(upper & 0x7fffffff) << 32n) | BigInt(lower);
        const to = (place * 2 + side) * topK + i;
        const s = w / BigInt(scored & 0xff);
        lists.w[to] = w;
        lists.s[to] = side === 0 ? s : -s;
        lists.recordIndex[to] = record;
      }
    }
  }
  return lost;
}
