/** Runs tasks on whatever workers take them from the queue: the coordinator's side. */
import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { engineVersion } from "./engine-version.ts";
import { jobId, JOB_OPTIONS, queueName, type ShardJob } from "./job.ts";
import { openStore, type ObjectStore } from "./object-store.ts";
import { getResult, putInput, type Digest } from "./objects.ts";
import { connectRedis, redisName } from "./redis.ts";
import type { ShardRunner, ShardTask, TaskList } from "./shard-runner.ts";

/** Tasks in the queue at a time, for each coordinator: enough for hundreds of workers, and little for Redis to hold. */
const MOST_QUEUED = 512;
/** A result that is damaged again and again is no accident. */
const MOST_TRIES = 3;

export interface QueueRunnerOptions {
  /** `redis://…` or `rediss://…`. */
  readonly queue: string;
  /** Of {@link openStore}. */
  readonly store: string;
  /** Told what an operator should know while it goes on. */
  readonly onNotice?: (message: string) => void;
  /** Time without any worker after which it gives up. */
  readonly patienceSeconds?: number;
  /** Time between looks at what the queue's events may have left out. */
  readonly lookSeconds?: number;
}

export interface QueueRunner extends ShardRunner {
  /** Leaves the queue; what is queued stays, and is found again by the next run. */
  close(): Promise<void>;
}

interface Awaited {
  readonly job: ShardJob;
  readonly finished: Promise<undefined>;
  /** Whether it was put in the queue, so that its absence means that it was lost. */
  isQueued: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/** @throws where queue or store cannot be used. */
export async function openQueueRunner(options: QueueRunnerOptions): Promise<QueueRunner> {
  const engine = await engineVersion();
  const store = await openStore(options.store);
  let redis: Redis;
  try {
    redis = await connectRedis(options.queue);
  } catch (error) {
    store.close();
    throw error;
  }
  const queue = new Queue<ShardJob>(queueName(engine), { connection: redis, defaultJobOptions: JOB_OPTIONS });
  const events = new QueueEvents(queue.name, { connection: redis });
  // Lost connections come back; the looks below find what was missed.
  queue.on("error", () => undefined);
  events.on("error", () => undefined);
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const awaited = new Map<Digest, Awaited>();
  events.on("completed", ({ jobId: id }) => awaited.get(id)?.resolve());
  events.on("failed", ({ jobId: id, failedReason }) => awaited.get(id)?.reject(new Error(failedReason)));
  const watch = watchQueue(queue, awaited, engine, options);
  return {
    put: (value) => putInput(store, value),
    run: (tasks, onResult) =>
      runTasks(tasks, onResult, (task) => resultOf(store, queue, awaited, { engine, task }), awaited),
    async close() {
      watch.stop();
      await Promise.all([events.close(), queue.close()]);
      redis.disconnect();
      store.close();
    },
  };
}

async function runTasks(
  tasks: TaskList,
  onResult: (result: unknown, index: number) => void,
  resultOfTask: (task: ShardTask) => Promise<unknown>,
  awaited: Map<Digest, Awaited>,
): Promise<void> {
  let next = 0;
  let isStopped = false;
  const lane = async (): Promise<void> => {
    while (next < tasks.count && !isStopped) {
      const index = next++;
      const result = await resultOfTask(await tasks.at(index));
      if (!isStopped) onResult(result, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(MOST_QUEUED, tasks.count) }, lane));
  } finally {
    isStopped = true;
    for (const { reject } of awaited.values()) reject(new Error("another task failed"));
  }
}

/** The task's result: from the store if it is there, and otherwise after a worker has put it there. */
async function resultOf(
  store: ObjectStore,
  queue: Queue<ShardJob>,
  awaited: Map<Digest, Awaited>,
  job: ShardJob,
): Promise<unknown> {
  const id = jobId(job);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const known = await getResult(store, id);
    if (known !== undefined) return known.value;
    // Two tasks of a list may be the same one.
    const other = awaited.get(id);
    if (other !== undefined) {
      await other.finished;
      continue;
    }
    const { promise: finished, resolve, reject } = Promise.withResolvers<undefined>();
    // Awaited only after the job is queued, which may fail first.
    finished.catch(() => undefined);
    const entry: Awaited = { job, finished, isQueued: false, resolve: () => resolve(undefined), reject };
    awaited.set(id, entry);
    try {
      await enqueue(queue, id, job);
      entry.isQueued = true;
      await finished;
    } catch (error) {
      reject(error as Error);
      throw error;
    } finally {
      awaited.delete(id);
    }
  }
  throw new Error(
    `${store.name}: the result of task ${id} is missing or damaged whenever it is made; give the workers this --store, and see whether it keeps what is written`,
  );
}

/** Queues a job unless it is queued; one that ended without leaving its result is queued again. */
async function enqueue(queue: Queue<ShardJob>, id: Digest, job: ShardJob): Promise<void> {
  const known = await queue.getJob(id);
  if (known !== undefined && ((await known.isCompleted()) || (await known.isFailed()))) await known.remove();
  await queue.add(job.task.kind, job, { jobId: id });
}

/** Looks now and then at what events can leave out: jobs that ended unseen, jobs that Redis lost, and the absence of workers. */
function watchQueue(
  queue: Queue<ShardJob>,
  awaited: ReadonlyMap<Digest, Awaited>,
  engine: string,
  { queue: url, onNotice, patienceSeconds = 600, lookSeconds = 2 }: QueueRunnerOptions,
): { stop(): void } {
  let alone = 0;
  const look = async (): Promise<void> => {
    for (const [id, { job, isQueued, resolve, reject }] of awaited) {
      if (!isQueued) continue;
      const known = await queue.getJob(id);
      if (known === undefined) await queue.add(job.task.kind, job, { jobId: id });
      else if (await known.isCompleted()) resolve();
      else if (await known.isFailed()) reject(new Error(known.failedReason));
    }
    const workers = awaited.size === 0 ? 1 : await queue.getWorkersCount();
    if (workers > 0) {
      alone = 0;
      return;
    }
    alone += lookSeconds;
    const message = `no worker of engine version ${engine.slice(0, 16)} is at ${redisName(url)}; start one with the \`work\` command of this very version, on the same kind of processor`;
    if (alone >= patienceSeconds)
      for (const { reject } of awaited.values())
        reject(new Error(`${message}; what is done is kept, and the next run goes on from there`));
    else if (alone === lookSeconds || alone % 60 < lookSeconds) onNotice?.(message);
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
  }, lookSeconds * 1_000);
  return {
    stop() {
      clearInterval(timer);
    },
  };
}
