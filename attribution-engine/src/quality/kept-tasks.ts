/** Runs tasks on worker processes and keeps every outcome, so that a run which was ended goes on where it stopped. */
import { join } from "node:path";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import { digestOf } from "../numerics/value-digest.ts";
import { runTasks, type PoolOptions } from "../numerics/worker-pool.ts";

/** Tasks whose outcomes are numbers. */
export interface KeptJob<Shared, Task> {
  /** A file that serves the tasks: results are Float64Array. */
  readonly worker: URL;
  readonly shared: Shared;
  readonly tasks: readonly Task[];
  readonly folder: string;
  /** Of the code that the outcomes depend on. */
  readonly version: string;
}

/**
 * The outcomes in the order of the tasks. Each is in a file named by the digest of all that it depends on: task, what is shared, and version.
 * @throws the first task's error; what is done by then is kept.
 */
export async function keptTasks<Shared, Task>(
  { worker, shared, tasks, folder, version }: KeptJob<Shared, Task>,
  { workers, onProgress }: PoolOptions,
): Promise<Float64Array[]> {
  const common = digestOf([version, shared]);
  const paths = tasks.map((task) => join(folder, `${digestOf([common, task])}.outcome`));
  const outcomes = paths.map(readOutcome);
  const missing = [...tasks.keys()].filter((index) => outcomes[index] === undefined);
  let done = tasks.length - missing.length;
  await runTasks<Shared, Task, Float64Array>(
    worker,
    shared,
    missing.map((index) => tasks[index]!),
    { workers },
    (outcome, place) => {
      const index = missing[place]!;
      const bytes = Buffer.from(outcome.buffer, outcome.byteOffset, outcome.byteLength);
      writeSealed(paths[index]!, bytes);
      outcomes[index] = outcome;
      onProgress?.(++done, tasks.length);
    },
  );
  return outcomes as Float64Array[];
}

/** A kept outcome; undefined where there is none or it is damaged, so that it is made again. */
function readOutcome(path: string): Float64Array | undefined {
  const bytes = readSealed(path);
  return bytes === undefined || bytes.length % 8 !== 0 ? undefined : new Float64Array(Uint8Array.from(bytes).buffer);
}
