/** Projected per-example gradients of many texts, spread over worker threads. */
import { runTasks } from "../numerics/worker-pool.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { GradientJob, GradientTask } from "./gradient-worker.ts";

const TEXTS_PER_TASK = 64;
const WORKER = new URL("./gradient-worker.ts", import.meta.url);

/** Row-major values, `count` × `size`. */
export interface Rows {
  readonly count: number;
  readonly size: number;
  readonly values: Float32Array;
}

/**
 * Computes one row per text.
 * @throws if a text is empty, longer than the job's context or has a gradient that is not finite; the message names the row.
 */
export async function gradientRows(
  job: GradientJob,
  texts: readonly (readonly number[])[],
  options: PoolOptions,
): Promise<Rows> {
  if (texts.length === 0) throw new Error("gradients of an empty set of texts");
  const tasks: GradientTask[] = [];
  for (let firstRow = 0; firstRow < texts.length; firstRow += TEXTS_PER_TASK) {
    tasks.push({ firstRow, texts: texts.slice(firstRow, firstRow + TEXTS_PER_TASK) });
  }
  const { workers, onProgress } = options;
  const parts = await runTasks<GradientJob, GradientTask, Float32Array>(WORKER, job, tasks, {
    workers,
    onProgress: onProgress && ((done): void => onProgress(Math.min(done * TEXTS_PER_TASK, texts.length), texts.length)),
  });
  const size = parts[0]!.length / tasks[0]!.texts.length;
  const values = new Float32Array(texts.length * size);
  parts.forEach((part, i) => values.set(part, i * TEXTS_PER_TASK * size));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(`row ${Math.floor(bad / size)}: the gradient is ${values[bad]}; check the adapter's weights`);
  return { count: texts.length, size, values };
}
