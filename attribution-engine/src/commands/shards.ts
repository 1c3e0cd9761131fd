// Options `--queue` and `--store` of stages and of the command `work`: where tasks are queued, and where what they read and make is kept.
import type { QueueRunner } from "../distributed/queue-runner.ts";
import type { StageOptions } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

export interface ShardOptions {
  readonly queue: string;
  readonly store: string;
}

/** @throws UsageError where one is missing, or is no address of its kind */
export function shardOptionsOf({ queue, store }: Pick<StageOptions, "queue" | "store">): ShardOptions {
  if (queue === undefined) throw new UsageError("--queue is missing: the Redis or Valkey server, redis://host:6379");
  if (store === undefined)
    throw new UsageError("--store is missing: what all machines share, file:///folder or s3://bucket/prefix");
  // The address may hold a password: it is not repeated.
  if (!URL.canParse(queue) || !/^rediss?:$/.test(new URL(queue).protocol))
    throw new UsageError("--queue must be redis://host:port or rediss://host:port");
  if (!URL.canParse(store) || !/^(file|s3):$/.test(new URL(store).protocol))
    throw new UsageError(`--store is ${store}; must be file:///folder or s3://bucket/prefix?endpoint=https://host`);
  return { queue, store };
}

/** The workers of `--queue`, for a stage that spreads its work; nothing without the option. */
export async function openShards(
  name: string,
  options: StageOptions,
  spreads: boolean,
): Promise<QueueRunner | undefined> {
  if (options.queue === undefined && options.store === undefined) return undefined;
  if (options.device !== undefined && options.device !== "cpu")
    throw new UsageError(
      `--queue: gradients of workers are those of the pinned cpu, the same wherever they are made; leave out --device ${options.device}`,
    );
  if (!spreads) throw new UsageError(`${name} works on this machine alone; leave out --queue and --store`);
  // Loaded where it is needed: no other stage waits for the client of a server that it does not use.
  const { openQueueRunner } = await import("../distributed/queue-runner.ts");
  return openQueueRunner({
    ...shardOptionsOf(options),
    onNotice: (message) => process.stderr.write(`${name}: ${message}\n`),
  });
}
