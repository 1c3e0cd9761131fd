/** A task as it stands in the queue. */
import type { JobsOptions } from "bullmq";
import { digestOf, type Digest } from "./objects.ts";
import type { ShardTask } from "./shard-runner.ts";

/** What is queued: the task, never the data that it reads. */
export interface ShardJob {
  /** Version of the engine that the task is for, of `engineVersion`. */
  readonly engine: string;
  readonly task: ShardTask;
}

/** What a worker says of a job that it finished. */
export interface JobOutcome {
  /** False where the result was there already. */
  readonly computed: boolean;
}

/** Tasks of different versions never meet in one queue, so that workers can be replaced while others work. */
export function queueName(engine: string): string {
  return `tributary-${engine.slice(0, 16)}`;
}

/** Of everything that the result depends on, so that the same task is queued once and its result found again. */
export function jobId({ engine, task: { kind, inputs, settings } }: ShardJob): Digest {
  const sorted = (fields: object): unknown => Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return digestOf(JSON.stringify([engine, kind, sorted(inputs), sorted(settings)]));
}

const HOUR = 3_600;

export const JOB_OPTIONS: JobsOptions = {
  attempts: 3,
  backoff: { type: "exponential", delay: 500 },
  // The results are in the store; Redis is to stay small.
  removeOnComplete: { age: HOUR, count: 10_000 },
  removeOnFail: { age: 24 * HOUR, count: 10_000 },
};
