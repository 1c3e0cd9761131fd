// Scores one block of queries against all records in one thread.
import { createArena } from "./arena.ts";
import { instantiateDot } from "./dot-module.ts";
import { emptyLists, type RankedLists } from "./ranked-lists.ts";
import type { Queries, ScoredRecords } from "./records.ts";

/** Queries that are scanned together: 32 · 256 coordinates as int16 stay in a core's nearest caches. */
const ROWS = 32;

/** Sketch bytes held in WebAssembly memory at a time unless told otherwise; larger indexes are scanned shard by shard. */
export const DEFAULT_SHARD_BYTES = 128 * 2 ** 20;

/** How a scorer is sized; no choice changes a result. */
export interface ScorerOptions {
  readonly topK: number;
  readonly shardBytes?: number;
}

/** A scorer of queries with memory of its own. */
export interface BlockScorer {
  /** The lists of the queries `first … first + count − 1` (docs/formats.md §6.3). */
  rank(queries: Queries, first: number, count: number): RankedLists;
  /** All dot products of those queries: `count` rows of one int32 per record. */
  dots(queries: Queries, first: number, count: number): Int32Array;
}

/** A scorer over `records`, which must be checked (`checkRecords`) and stay unchanged. */
export function createBlockScorer(
  module: WebAssembly.Module,
  records: ScoredRecords,
  options: ScorerOptions,
): BlockScorer {
  const { k } = records;
  const { topK } = options;
  const shardRecords = Math.max(
    16,
    Math.min(records.count, Math.floor((options.shardBytes ?? DEFAULT_SHARD_BYTES) / k)),
  );
  const wasm = instantiateDot(module);
  const arena = createArena(wasm.memory, wasm.heapBase());
  const vectors = arena.take(shardRecords * k);
  const scales = arena.take(shardRecords * 4);
  const novelties = arena.take(shardRecords * 4);
  const weights = arena.take(shardRecords * 4 + 16);
  const narrow = arena.take(ROWS * k);
  const rows = arena.take(ROWS * k * 2);
  const scratch = arena.take(wasm.scratchBytes(k, ROWS));
  const listBytes = wasm.listBytes(topK);
  const groupBytes = ROWS * 2 * listBytes;
  let listsAt = 0;
  let listGroups = 0;
  let dotsAt = 0;
  let dotsBytes = 0;
  let loaded = -1;

  const loadShard = (shard: number): number => {
    const first = shard * shardRecords;
    const count = Math.min(shardRecords, records.count - first);
    if (loaded === shard) return count;
    const { buffer } = wasm.memory;
    new Int8Array(buffer, vectors, count * k).set(records.sketches.subarray(first * k, (first + count) * k));
    const shardScales = records.scales.subarray(first, first + count);
    const shardNovelties = records.novelties.subarray(first, first + count);
    new Uint32Array(buffer, scales, count).set(shardScales);
    new Uint32Array(buffer, novelties, count).set(shardNovelties);
    const product = new Float32Array(buffer, weights, count);
    for (let i = 0; i < count; i++) product[i] = (shardScales[i] ?? 0) * (shardNovelties[i] ?? 0);
    loaded = shard;
    return count;
  };

  /** Puts up to ROWS queries at `rows` and says how many rows to scan: an even number, the last one perhaps all 0. */
  const loadRows = (queries: Queries, first: number, count: number): number => {
    const padded = count + (count % 2);
    const target = new Int8Array(wasm.memory.buffer, narrow, padded * k);
    target.fill(0);
    target.set(queries.sketches.subarray(first * k, (first + count) * k));
    wasm.widen(narrow, rows, padded * k);
    return padded;
  };

  const shards = Math.ceil(records.count / shardRecords);

  return {
    rank(queries, first, count) {
      const groups = Math.ceil(count / ROWS);
      if (groups > listGroups) {
        listsAt = arena.take(groups * groupBytes);
        listGroups = groups;
      }
      new Uint8Array(wasm.memory.buffer, listsAt, groups * groupBytes).fill(0);
      for (let shard = 0; shard < shards; shard++) {
        const shardCount = loadShard(shard);
        for (let group = 0; group < groups; group++) {
          const at = group * ROWS;
          const padded = loadRows(queries, first + at, Math.min(ROWS, count - at));
          const base = shard * shardRecords;
          const lists = listsAt + group * groupBytes;
          wasm.scan(vectors, shardCount, base, scales, novelties, weights, rows, padded, k, topK, lists, scratch);
        }
      }
      return readLists(wasm.memory.buffer, listsAt, listBytes, count, topK);
    },

    dots(queries, first, count) {
      const result = new Int32Array(count * records.count);
      for (let at = 0; at < count; at += ROWS) {
        const rowCount = Math.min(ROWS, count - at);
        for (let shard = 0; shard < shards; shard++) {
          const shardCount = loadShard(shard);
          const bytes = ROWS * shardCount * 4;
          if (bytes > dotsBytes) {
            dotsAt = arena.take(bytes);
            dotsBytes = bytes;
          }
          const padded = loadRows(queries, first + at, rowCount);
          wasm.dots(vectors, shardCount, rows, padded, k, scratch, dotsAt);
          for (let row = 0; row < rowCount; row++) {
            const line = new Int32Array(wasm.memory.buffer, dotsAt + row * shardCount * 4, shardCount);
            result.set(line, (at + row) * records.count + shard * shardRecords);
          }
        }
      }
      return result;
    },
  };
}

/** Reads lists as `assembly/dot.ts` lays them out. */
function readLists(buffer: ArrayBuffer, at: number, listBytes: number, queries: number, topK: number): RankedLists {
  const lists = emptyLists(queries, topK);
  const counts = new Uint32Array(buffer, at, (queries * 2 * listBytes) / 4);
  for (let l = 0; l < queries * 2; l++) {
    const list = at + l * listBytes;
    const count = counts[(l * listBytes) / 4] ?? 0;
    lists.counts[l] = count;
    lists.w.set(new BigUint64Array(buffer, list + 8, count), l * topK);
    lists.s.set(new BigInt64Array(buffer, list + 8 + topK * 8, count), l * topK);
    lists.recordIndex.set(new Uint32Array(buffer, list + 8 + topK * 16, count), l * topK);
  }
  return lists;
}
