/** Takes tasks from the queue and runs them in processes of its own: the worker's side. */
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "bullmq";
import { engineVersion } from "./engine-version.ts";
import { queueName, type JobOutcome, type ShardJob } from "./job.ts";
import { openStore } from "./object-store.ts";
import { ENVIRONMENT } from "./environment.ts";
import { connectRedis, redisName } from "./redis.ts";

const PROCESSOR = fileURLToPath(new URL("./processor.ts", import.meta.url));
/** A machine may be lost under a task several times before the task itself is to blame. */
const MOST_TAKEOVERS = 5;

export interface WorkerOptions {
  readonly queue: string;
  readonly store: string;
  /** Tasks at a time, each in a process of its own. */
  readonly concurrency: number;
  /** Time after which the task of a worker that is gone is given to another. */
  readonly takeoverSeconds: number;
  readonly onTask?: (tally: WorkerTally) => void;
  readonly onFailure?: (message: string) => void;
}

/** What a worker has done. */
export interface WorkerTally {
  readonly computed: number;
  /** Tasks whose result was there already. */
  readonly found: number;
  readonly failed: number;
}

export interface RunningWorker {
  readonly engine: string;
  /** The queue's server. */
  readonly queue: string;
  readonly tally: WorkerTally;
  /** Takes no more tasks, and resolves when those that it has are finished. */
  drain(): Promise<void>;
}

/** @throws where queue or store cannot be used. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const engine = await engineVersion();
  (await openStore(options.store)).close();
  const redis = await connectRedis(options.queue);
  const tally = { computed: 0, found: 0, failed: 0 };
  const worker = new Worker<ShardJob, JobOutcome>(queueName(engine), PROCESSOR, {
    // Shown as the one who has a task.
    name: `${hostname()}:${process.pid}`,
    connection: redis,
    concurrency: options.concurrency,
    lockDuration: options.takeoverSeconds * 1_000,
    stalledInterval: options.takeoverSeconds * 1_000,
    maxStalledCount: MOST_TAKEOVERS,
    workerForkOptions: {
      env: { ...process.env, [ENVIRONMENT.engine]: engine, [ENVIRONMENT.store]: options.store },
    },
  });
  // The connection comes back by itself, and the tasks of a lost lock are taken over.
  worker.on("error", () => undefined);
  worker.on("completed", (_job, { computed }) => {
    if (computed) tally.computed++;
    else tally.found++;
    options.onTask?.(tally);
  });
  worker.on("failed", (job, error) => {
    tally.failed++;
    options.onFailure?.(`${job?.name ?? "task"} ${job?.id?.slice(0, 16) ?? ""}: ${error.message}`);
  });
  await worker.waitUntilReady();
  return {
    engine,
    queue: redisName(options.queue),
    tally,
    async drain() {
      await worker.close();
      redis.disconnect();
    },
  };
}
