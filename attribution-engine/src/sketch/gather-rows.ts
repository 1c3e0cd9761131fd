/** Spreads the making of vectors over worker processes, part by part. */
import { firstNotFinite } from "../numerics/element-formats.ts";
import type { ShardRunner, ShardTask } from "../distributed/shard-runner.ts";
import { runTasks } from "../numerics/worker-pool.ts";
import type { Rows, VectorWork } from "./vector-source.ts";

/** Which worker makes the vectors, out of what. */
export interface GatherJob<Shared, Item> {
  /** A file that serves tasks of type {@link GatherTask}. */
  readonly worker: URL;
  readonly shared: Shared;
  readonly items: readonly Item[];
  readonly partRows: number;
  /** What errors call the item at a place. */
  readonly nameOf: (place: number) => string;
  /** What to check where a vector is not finite. */
  readonly advice: string;
  /** How workers on other machines make them; absent where only this machine can. */
  readonly sharded?: ShardedGather<Item> | undefined;
}

/** Stores what all tasks share, and says what each task is. */
export type ShardedGather<Item> = (
  shards: ShardRunner,
) => Promise<(task: GatherTask<Item>) => ShardTask | Promise<ShardTask>>;

/** A part's items; `firstRow` is the place of the first. */
export interface GatherTask<Item> {
  readonly items: readonly Item[];
  readonly firstRow: number;
}

/** One row per item, in order. @throws naming the item of a vector that is not finite. */
export async function gatherRows<Shared, Item>(
  { worker, shared, items, partRows, nameOf, advice, sharded }: GatherJob<Shared, Item>,
  { workers, onProgress, onPart, shards }: VectorWork,
): Promise<Rows> {
  const tasks: GatherTask<Item>[] = [];
  for (let firstRow = 0; firstRow < items.length; firstRow += partRows)
    tasks.push({ firstRow, items: items.slice(firstRow, firstRow + partRows) });
  const sizeOf = (part: Float32Array, index: number): number => part.length / tasks[index]!.items.length;
  const accept = (part: Float32Array, index: number): void => {
    const size = sizeOf(part, index);
    const { firstRow, items: own } = tasks[index]!;
    const bad = firstNotFinite(part);
    if (bad >= 0)
      throw new Error(`${nameOf(firstRow + Math.floor(bad / size))}: the vector holds ${part[bad]}; check ${advice}`);
    onPart?.(firstRow, { count: own.length, size, values: part });
  };
  const progress =
    onProgress && ((done: number): void => onProgress(Math.min(done * partRows, items.length), items.length));
  const parts =
    shards === undefined
      ? await runTasks<Shared, GatherTask<Item>, Float32Array>(
          worker,
          shared,
          tasks,
          { workers, onProgress: progress },
          accept,
        )
      : await gatherFromShards(shards, sharded, tasks, accept, progress);
  const size = sizeOf(parts[0]!, 0);
  const values = new Float32Array(items.length * size);
  parts.forEach((part, i) => values.set(part, i * partRows * size));
  return { count: items.length, size, values };
}

async function gatherFromShards<Item>(
  shards: ShardRunner,
  sharded: ShardedGather<Item> | undefined,
  tasks: readonly GatherTask<Item>[],
  accept: (part: Float32Array, index: number) => void,
  progress: ((done: number) => void) | undefined,
): Promise<Float32Array[]> {
  if (sharded === undefined) throw new Error("these vectors are made on one machine; leave out --queue and --store");
  const taskOf = await sharded(shards);
  const parts = new Array<Float32Array>(tasks.length);
  let done = 0;
  await shards.run({ count: tasks.length, at: (index) => taskOf(tasks[index]!) }, (result, index) => {
    parts[index] = result as Float32Array;
    accept(parts[index], index);
    progress?.(++done);
  });
  return parts;
}
