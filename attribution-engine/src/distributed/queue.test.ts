// Index building and attribution by worker processes, over Redis, a shared folder and an S3 store: the bytes of one machine, whatever happens to it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Queue } from "bullmq";
import { expect } from "chai";
import type { Adapter } from "../model/adapter.ts";
import { createRandom } from "../numerics/random.ts";
import { rank } from "../search/rank.ts";
import { sketchable, smallModel } from "../sketch/test/small-model.ts";
import { engineVersion } from "./engine-version.ts";
import { queueName, type ShardJob } from "./job.ts";
import { openQueueRunner } from "./queue-runner.ts";
import { connectRedis } from "./redis.ts";
import type { ShardRunner } from "./shard-runner.ts";
import { endAll, startWork, type WorkerProcess } from "./test/fleet.ts";
import { runPipeline } from "./test/pipeline.ts";
import { hasRedis, S3_CREDENTIALS, startRedis, startS3, type Server } from "./test/servers.ts";

const COORDINATOR = fileURLToPath(new URL("./test/coordinator.ts", import.meta.url));

describe("work over a queue (needs Debian's redis-server)", function () {
  this.timeout(60_000);
  let folder: string;
  let redis: Server;
  let s3: Server;
  let adapter: Adapter;
  let expected: object;
  const fleet: WorkerProcess[] = [];
  const before_ = { ...process.env };

  before(async function () {
    if (!hasRedis()) this.skip();
    folder = mkdtempSync(join(tmpdir(), "tributary-queue-"));
    Object.assign(process.env, S3_CREDENTIALS);
    [redis, s3] = await Promise.all([startRedis(folder), startS3(join(folder, "s3"))]);
    const { base, tokens } = smallModel();
    ({ adapter } = await sketchable(base, tokens, 32));
    expected = await runPipeline(adapter);
  });
  afterEach(async () => {
    await endAll(fleet.splice(0));
  });
  after(async () => {
    if (folder === undefined) return;
    process.env = before_;
    await Promise.all([redis.end(), s3.end()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** A store of its own, and no other's tasks in the queue. */
  async function freshStore(): Promise<string> {
    const client = await connectRedis(redis.url);
    await client.flushall();
    client.disconnect();
    return mkdtempSync(join(folder, "store-"));
  }
  async function start(count: number, store: string): Promise<WorkerProcess[]> {
    const started = await Promise.all(Array.from({ length: count }, () => startWork(redis.url, store)));
    fleet.push(...started);
    return started;
  }
  async function withRunner<Result>(store: string, use: (shards: ShardRunner) => Promise<Result>): Promise<Result> {
    const runner = await openQueueRunner({ queue: redis.url, store, lookSeconds: 1 });
    try {
      return await use(runner);
    } finally {
      await runner.close();
    }
  }

  for (const [what, storeOf] of [
    ["a shared folder", (path: string) => pathToFileURL(path).href],
    ["an S3 store", (path: string) => `s3://objects/${path.slice(-6)}?endpoint=${s3.url}`],
  ] as const) {
    for (const count of [1, 3]) {
      it(`gives the bytes of one machine with ${count} workers and ${what}`, async () => {
        const store = storeOf(await freshStore());
        const workers = await start(count, store);
        expect(await withRunner(store, (shards) => runPipeline(adapter, shards))).to.deep.equal(expected);
        const tallies = await Promise.all(workers.map((worker) => worker.drain()));
        expect(tallies.every(({ failed }) => failed === 0)).to.equal(true);
      });
    }
  }
});
