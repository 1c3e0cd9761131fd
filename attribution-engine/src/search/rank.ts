// Ranks queries against all records: the K most helpful and the K most harmful ones of each, on any number of threads.
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { createBlockScorer, type ScorerOptions } from "./block-scorer.ts";
import { loadDotModule } from "./dot-module.ts";
import { rankOnShards, type TileSizes } from "./rank-shards.ts";
import { emptyLists, placeLists, type RankedLists } from "./ranked-lists.ts";
import { checkQueries, checkRecords, type Queries, type ScoredRecords } from "./records.ts";
import { sharedBytes } from "./shared.ts";
import { runOnThreads } from "./worker-pool.ts";

/** A run of consecutive queries. */
export interface RankTask {
  readonly first: number;
  readonly count: number;
}

/** What a worker thread is started with. */
export interface RankWorkerData {
  readonly module: WebAssembly.Module;
  readonly records: ScoredRecords;
  readonly queries: Queries;
  readonly options: ScorerOptions;
}

/** Choices of speed and memory; none of them changes a byte of the result. */
export interface RankOptions {
  /** Worker threads; 1 (the default) works in the calling thread. */
  readonly threads?: number;
  /** Queries per task, 64 by default. */
  readonly blockQueries?: number;
  /** Sketch bytes of the index that a thread holds at a time. */
  readonly shardBytes?: number;
  /** Puts the tasks in another order; for tests of independence from order. */
  readonly arrange?: (tasks: RankTask[]) => RankTask[];
  readonly onProgress?: (done: number, total: number) => void;
  /** Workers on other machines, which then do it instead of threads here. */
  readonly shards?: ShardRunner | undefined;
  readonly tiles?: TileSizes;
}

/**
 * The lists of docs/formats.md §6.3 for every query: of each sign the `topK` records (1 … 256) of largest
 * `w = |scale·⟨q, x⟩|·novelty`, `w > 0`, ties to the lower record. Exact for all well-formed inputs: every product is an int64.
 * Throws if a shape, a scale or a coordinate is out of range; `what` names the source of each in the message.
 */
export async function rank(
  records: ScoredRecords,
  queries: Queries,
  topK: number,
  options: RankOptions = {},
): Promise<RankedLists> {
  if (!Number.isInteger(topK) || topK < 1 || topK > 256) throw new Error(`topK is ${topK}; must be 1 to 256`);
  checkRecords(records, "index");
  checkQueries(queries, "queries");
  if (queries.k !== records.k) throw new Error(`queries have ${queries.k} dimensions, the index uses ${records.k}`);
  if (options.shards !== undefined)
    return rankOnShards(options.shards, records, queries, topK, options.tiles, options.onProgress);
  const module = await loadDotModule();
  const result = emptyLists(queries.count, topK);
  const tasks = (options.arrange ?? ((all) => all))(blocks(queries.count, options.blockQueries ?? 64));
  const scorerOptions: ScorerOptions =
    options.shardBytes === undefined ? { topK } : { topK, shardBytes: options.shardBytes };
  const threads = options.threads ?? 1;
  let done = 0;
  const accept = (index: number, part: RankedLists): void => {
    const task = tasks[index];
    if (task === undefined) throw new Error(`no task ${index}`);
    placeLists(result, task.first, part);
    done += task.count;
    options.onProgress?.(done, queries.count);
  };
  if (threads <= 1) {
    const scorer = createBlockScorer(module, records, scorerOptions);
    for (const [index, task] of tasks.entries()) accept(index, scorer.rank(queries, task.first, task.count));
    return result;
  }
  const workerData: RankWorkerData = {
    module,
    records: { ...records, sketches: sharedBytes(records.sketches) },
    queries: { ...queries, sketches: sharedBytes(queries.sketches) },
    options: scorerOptions,
  };
  await runOnThreads<RankTask, RankedLists>({
    script: new URL("./rank.worker.ts", import.meta.url),
    workerData,
    threads,
    tasks,
    onResult: accept,
  });
  return result;
}

function blocks(count: number, size: number): RankTask[] {
  const tasks: RankTask[] = [];
  for (let first = 0; first < count; first += size) tasks.push({ first, count: Math.min(size, count - first) });
  return tasks;
}
