// Computes how new every record of an index is against all earlier ones.
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { loadDotModule } from "../search/dot-module.ts";
import { checkQueries, checkShape } from "../search/records.ts";
import { sharedValues } from "../search/shared.ts";
import { runOnThreads } from "../search/worker-pool.ts";
import { readSketchRows, ROWS_AT_A_TIME, type SketchColumn, type SketchRows } from "../sketch/sketch-column.ts";
import { keptBlocks } from "./kept-novelty.ts";
import { noveltyOnShards } from "./novelty-shards.ts";
import { createNoveltyComputer, type NoveltyBlock, type NoveltyVectors } from "./novelty-block.ts";

/** The part of a method that novelty depends on (docs/formats.md §6.4, §6.5); `tau` and `delta` in 1/65536, `0 < delta ≤ tau`. */
export interface NoveltyRule {
  readonly tau: number;
  readonly delta: number;
  readonly signatureMatch: number;
}

/** Records by place: sketches of `k` coordinates, and 32 bytes each of record hash and content signature. */
export interface NoveltyInput<Column extends SketchColumn = SketchColumn> extends SketchRows<Column> {
  readonly recordHashes: Uint8Array;
  readonly contentSignatures: Uint8Array;
}

/** A run of consecutive records. */
export interface NoveltyTask {
  readonly first: number;
  readonly count: number;
}

/** What a worker thread is started with. */
export interface NoveltyWorkerData {
  readonly module: WebAssembly.Module;
  readonly input: NoveltyVectors;
  readonly rule: NoveltyRule;
  readonly shardBytes: number | undefined;
}

/** Choices of speed and memory; none of them changes a byte of the result. */
export interface NoveltyOptions {
  /** Worker threads; 1 (the default) works in the calling thread. */
  readonly threads?: number;
  /** Records per task, 256 by default. */
  readonly blockRecords?: number;
  /** Sketch bytes that a thread holds at a time. */
  readonly shardBytes?: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Folder where blocks are kept while there are more to come, so that work that was interrupted goes on; its user removes it. Not with `shards`, which keep their own. */
  readonly keptIn?: string | undefined;
  /** Workers on other machines, which then do it instead of threads here. */
  readonly shards?: ShardRunner | undefined;
  /** Sketch bytes of the earlier records of their tasks. */
  readonly tileBytes?: number;
}

/**
 * Novelty and witness of every record against all earlier ones, docs/formats.md §6.4: all pairs, exactly. The witness of a record of
 * novelty 255 is 2^32 − 1 (`NONE`). Throws if a shape or the rule is out of range. Sketches that are in a file are read from it shard by shard, so that no
 * more than a shard for each thread is in memory.
 */
export async function computeNovelty(
  input: NoveltyInput,
  rule: NoveltyRule,
  options: NoveltyOptions = {},
): Promise<NoveltyBlock> {
  checkRule(rule);
  const { count } = input;
  for (const [name, bytes] of Object.entries({
    recordHashes: input.recordHashes,
    contentSignatures: input.contentSignatures,
  })) {
    if (bytes.length !== count * 32) throw new Error(`index: ${bytes.length} bytes of ${name} for ${count} records`);
  }
  const squares = squaresOf(input);
  if (options.shards !== undefined) {
    const block = await noveltyOnShards(options.shards, input, rule, options, options.onProgress);
    applyEqualHashes(input.recordHashes, block);
    return block;
  }
  const module = await loadDotModule();
  const result: NoveltyBlock = { novelties: new Uint8Array(count), witnesses: new Uint32Array(count) };
  const tasks: NoveltyTask[] = [];
  const size = options.blockRecords ?? 256;
  // The last blocks have the most earlier records: they go first, so that no thread is left with a long task at the end.
  for (let first = 0; first < count; first += size) tasks.unshift({ first, count: Math.min(size, count - first) });
  let done = 0;
  const place = (task: NoveltyTask, block: NoveltyBlock): void => {
    result.novelties.set(block.novelties, task.first);
    result.witnesses.set(block.witnesses, task.first);
    done += task.count;
    options.onProgress?.(done, count);
  };
  const kept = options.keptIn === undefined ? undefined : keptBlocks(options.keptIn, input, rule);
  const missing = tasks.filter((task) => {
    const block = kept?.read(task);
    if (block !== undefined) place(task, block);
    return block === undefined;
  });
  const accept = (index: number, block: NoveltyBlock): void => {
    const task = missing[index]!;
    kept?.write(task, block);
    place(task, block);
  };
  const { k, sketches, contentSignatures } = input;
  const vectors: NoveltyVectors = { count, k, sketches, squares, contentSignatures };
  if ((options.threads ?? 1) <= 1) {
    const compute = createNoveltyComputer(module, vectors, rule, options.shardBytes);
    for (const [index, task] of missing.entries()) accept(index, compute(task.first, task.count));
  } else {
    const workerData: NoveltyWorkerData = {
      module,
      input: {
        ...{ count, k, squares: sharedValues(squares), contentSignatures: sharedValues(contentSignatures) },
        sketches: sketches instanceof Int8Array ? sharedValues(sketches) : sketches,
      },
      rule,
      shardBytes: options.shardBytes,
    };
    await runOnThreads<NoveltyTask, NoveltyBlock>({
      script: new URL("./novelty.worker.ts", import.meta.url),
      workerData,
      threads: options.threads ?? 1,
      tasks: missing,
      onResult: accept,
    });
  }
  applyEqualHashes(input.recordHashes, result);
  return result;
}

function checkRule(rule: NoveltyRule): void {
  const { tau, delta, signatureMatch } = rule;
  if (!Number.isInteger(tau) || !Number.isInteger(delta) || delta < 1 || delta > tau || tau >= 2 ** 32) {
    throw new Error(`method: tau ${tau} and delta ${delta}; must be integers with 0 < delta <= tau < 2^32`);
  }
  if (!Number.isInteger(signatureMatch) || signatureMatch < 0 || signatureMatch > 65535) {
    throw new Error(`method: signatureMatch is ${signatureMatch}; must be 0 to 65535`);
  }
}

/** The sum of squares of each sketch. @throws Error that names the row of one that is not well-formed (docs/formats.md §3) */
export function squaresOf(input: SketchRows): Float64Array {
  const { count, k, sketches } = input;
  const what = sketches instanceof Int8Array ? "index" : sketches.path;
  checkShape(k, sketches instanceof Int8Array ? sketches.length : count * k, count, what);
  const squares = new Float64Array(count);
  for (let first = 0; first < count; first += ROWS_AT_A_TIME) {
    const end = Math.min(count, first + ROWS_AT_A_TIME);
    const rows = readSketchRows(input, first, end);
    checkQueries({ count: end - first, k, sketches: rows }, what, first);
    for (let row = 0; row < end - first; row++) {
      let sum = 0;
      for (let at = row * k; at < (row + 1) * k; at++) sum += rows[at]! ** 2;
      squares[first + row] = sum;
    }
  }
  return squares;
}

/** A record whose hash an earlier one has is a copy of the earliest such record, unless a still earlier one makes it a copy too. */
function applyEqualHashes(recordHashes: Uint8Array, result: NoveltyBlock): void {
  const firstWith = new Map<string, number>();
  const bytes = Buffer.from(recordHashes.buffer, recordHashes.byteOffset, recordHashes.byteLength);
  for (let i = 0; i < result.novelties.length; i++) {
    const hash = bytes.toString("latin1", i * 32, (i + 1) * 32);
    const earlier = firstWith.get(hash);
    if (earlier === undefined) {
      firstWith.set(hash, i);
    } else if (result.novelties[i] !== 0 || earlier < result.witnesses[i]!) {
      result.novelties[i] = 0;
      result.witnesses[i] = earlier;
    }
  }
}
