// Computes novelty and witness of one block of records in one thread.
import { createArena } from "../search/arena.ts";

import { instantiateDot } from "../search/dot-module.ts";
import { copySketchRows, readSketchRows, type SketchRows } from "../sketch/sketch-column.ts";
import type { NoveltyRule } from "./novelty.ts";

/** Sketch bytes held in WebAssembly memory at a time unless told otherwise; larger indexes are scanned shard by shard, each for a whole block of records. */
const DEFAULT_SHARD_BYTES = 32 * 2 ** 20;
const ROWS = 32;
const NONE = 0xffffffff;

/** What novelty depends on apart from record hashes; `squares` are the sums of squares of the sketches. */
export interface NoveltyVectors extends SketchRows {
  readonly squares: Float64Array;
  readonly contentSignatures: Uint8Array;
}

/** Novelty (`0 … 255`) and witness (a place, or `NONE` = 2^32 − 1) of a run of records. */
export interface NoveltyBlock {
  readonly novelties: Uint8Array;
  readonly witnesses: Uint32Array;
}

/** Computes docs/formats.md §6.4, without the rule on equal record hashes, for the records `first … first + count − 1`. */
export type NoveltyComputer = (first: number, count: number) => NoveltyBlock;

/** A computer with memory of its own; `shardBytes` bounds the sketches that it holds at a time. */
export function createNoveltyComputer(
  module: WebAssembly.Module,
  input: NoveltyVectors,
  rule: NoveltyRule,
  shardBytes = DEFAULT_SHARD_BYTES,
): NoveltyComputer {
  const { k } = input;
  const shardRecords = Math.max(16, Math.min(input.count, Math.floor(shardBytes / k)));
  const wasm = instantiateDot(module);
  const arena = createArena(wasm.memory, wasm.heapBase());
  const vectors = arena.take(shardRecords * k);
  const squares = arena.take(shardRecords * 8);
  const signatures = arena.take(shardRecords * 32);
  const narrow = arena.take(ROWS * k);
  const rows = arena.take(ROWS * k * 2);
  const rowSquares = arena.take(ROWS * 8);
  const rowSignatures = arena.take(ROWS * 32);
  const state = arena.take(ROWS * 8);
  const scratch = arena.take(wasm.scratchBytes(k, ROWS));
  const { buffer } = wasm.memory;
  const mostDiffering = 256 - rule.signatureMatch;
  let loaded = -1;

  const loadShard = (shard: number): number => {
    const first = shard * shardRecords;
    const count = Math.min(shardRecords, input.count - first);
    if (loaded === shard) return count;
    const end = first + count;
    copySketchRows(input, first, new Int8Array(buffer, vectors, count * k));
    new Float64Array(buffer, squares, count).set(input.squares.subarray(first, end));
    new Uint8Array(buffer, signatures, count * 32).set(input.contentSignatures.subarray(first * 32, end * 32));
    loaded = shard;
    return count;
  };

  /** Compares the rows from `first` on with the shard that is loaded; `own` are their sketches, `best` what is known of them. */
  const compare = (first: number, own: Int8Array, best: Uint32Array, shard: number, shardCount: number): void => {
    const count = own.length / k;
    const padded = count + (count % 2);
    const target = new Int8Array(buffer, narrow, padded * k);
    target.fill(0);
    target.set(own);
    wasm.widen(narrow, rows, padded * k);
    const end = first + count;
    new Float64Array(buffer, rowSquares, ROWS).fill(0);
    new Float64Array(buffer, rowSquares, count).set(input.squares.subarray(first, end));
    new Uint8Array(buffer, rowSignatures, ROWS * 32).fill(0);
    new Uint8Array(buffer, rowSignatures, count * 32).set(input.contentSignatures.subarray(first * 32, end * 32));
    const states = new Uint32Array(buffer, state, ROWS * 2);
    states.set(best);
    wasm.novelty(
      vectors,
      shardCount,
      shard * shardRecords,
      squares,
      signatures,
      rows,
      padded,
      first,
      rowSquares,
      rowSignatures,
      k,
      rule.tau,
      rule.delta,
      mostDiffering,
      state,
      scratch,
    );
    best.set(states);
  };

  return (first, count) => {
    const end = first + count;
    const own = readSketchRows(input, first, end);
    const best = Uint32Array.from({ length: 2 * (count + ROWS) }, (_, i) => (i % 2 === 0 ? 255 : NONE));
    for (let shard = 0; shard * shardRecords < end; shard++) {
      const shardCount = loadShard(shard);
      for (let at = 0; at < count; at += ROWS) {
        if (shard * shardRecords >= first + at + ROWS) continue;
        const vectorsOfRows = own.subarray(at * k, Math.min(count, at + ROWS) * k);
        compare(first + at, vectorsOfRows, best.subarray(2 * at, 2 * (at + ROWS)), shard, shardCount);
      }
    }
    return {
      novelties: Uint8Array.from({ length: count }, (_, row) => best[2 * row]!),
      witnesses: Uint32Array.from({ length: count }, (_, row) => best[2 * row + 1]!),
    };
  };
}
