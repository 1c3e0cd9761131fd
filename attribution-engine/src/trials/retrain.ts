// Trains classifiers again on subsets of their images, over worker processes, and keeps every outcome as soon as it is there.
import type { PoolOptions } from "../numerics/worker-pool.ts";
import { keptTasks } from "../quality/kept-tasks.ts";
import type { RetrainJob, RetrainTask } from "./retrain-worker.ts";

const WORKER = new URL("./retrain-worker.ts", import.meta.url);
/** Changes where the same task would give other outcomes: by the code of training, or its numerical library. */
const VERSION = "1";

/**
 * The queries' margins after each training, in the order of `tasks`.
 * @param folder where outcomes are kept: what is there already is not trained again.
 */
export function retrainClassifiers(
  job: RetrainJob,
  tasks: readonly RetrainTask[],
  folder: string,
  work: PoolOptions,
): Promise<Float64Array[]> {
  return keptTasks<RetrainJob, RetrainTask>({ worker: WORKER, shared: job, tasks, folder, version: VERSION }, work);
}
