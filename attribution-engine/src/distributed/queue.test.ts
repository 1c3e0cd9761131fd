// Index building and attribution by worker processes, over Redis, a shared folder and an S3 store: the bytes of one machine, whatever happens to it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Queue, QueueEvents } from "bullmq";
import { expect } from "chai";
import type { Adapter } from "../model/adapter.ts";
import { createRandom } from "../numerics/random.ts";
import { rank } from "../search/rank.ts";
import { smallModel, trainedAdapter } from "../sketch/test/small-model.ts";
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
    adapter = await trainedAdapter(base, tokens);
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

  /** Records and calls whose ranking takes eight tasks of a tenth of a second and more. */
  function largeSearch() {
    const random = createRandom(1, "large search");
    const [count, k] = [16_384, 512];
    const sketches = Int8Array.from({ length: count * k }, () => random.below(255) - 127);
    const scales = new Uint32Array(count).fill(1);
    const records = { count, k, sketches, scales, novelties: new Uint8Array(count).fill(255) };
    const calls = { count: 2_048, k, sketches: sketches.subarray(0, 2_048 * k) };
    return { records, calls, tiles: { recordBytes: (count * k) / 2, queries: 512 } };
  }

  it("loses and doubles nothing when one of three workers is killed in the middle of a task", async () => {
    const store = pathToFileURL(await freshStore()).href;
    const [victim] = await start(3, store);
    const { records, calls, tiles } = largeSearch();
    const queue = await openQueue();
    const told: number[] = [];
    const [lists, held] = await Promise.all([
      withRunner(store, (shards) =>
        rank(records, calls, 8, { shards, tiles, onProgress: (done) => void told.push(done) }),
      ),
      killInTask(queue.queue, victim!.process.pid!),
    ]);
    const takenOver = await queue.queue.getJob(held);
    await queue.close();
    expect(takenOver?.attemptsStarted).to.equal(2);
    expect(told).to.deep.equal([256, 512, 768, 1024, 1280, 1536, 1792, 2048]);
    expect(lists).to.deep.equal(await rank(records, calls, 8));
  });

  async function openQueue(): Promise<{ queue: Queue<ShardJob>; close(): Promise<void> }> {
    const connection = await connectRedis(redis.url);
    const queue = new Queue<ShardJob>(queueName(await engineVersion()), { connection });
    return {
      queue,
      async close() {
        await queue.close();
        connection.disconnect();
      },
    };
  }

  /** Kills the process of a worker when it has a task. @returns the task's job */
  async function killInTask(queue: Queue<ShardJob>, pid: number): Promise<string> {
    for (;;) {
      const isHeld = async () => (await queue.getActive()).find(({ processedBy }) => processedBy?.endsWith(`:${pid}`));
      if ((await isHeld()) === undefined) continue;
      // Stopped, it cannot finish the task any more between the look and its end.
      process.kill(pid, "SIGSTOP");
      const held = await isHeld();
      process.kill(pid, held === undefined ? "SIGCONT" : "SIGKILL");
      if (held !== undefined) return held.id!;
    }
  }

  function resultsOf(folder_: string): Map<string, number> {
    const results = join(folder_, "results");
    const parts = existsSync(results) ? readdirSync(results) : [];
    const files = parts.flatMap((part) => readdirSync(join(results, part)).map((name) => join(results, part, name)));
    return new Map(files.filter((file) => !file.endsWith(".tmp")).map((file) => [file, statSync(file).mtimeMs]));
  }

  it("goes on where a coordinator was killed, and computes no finished task again", async () => {
    const path = await freshStore();
    const store = pathToFileURL(path).href;
    const [worker] = await start(1, store);
    const coordinator = spawn(process.execPath, [COORDINATOR, redis.url, store], { stdio: "inherit" });
    while (resultsOf(path).size < 3) await delay(5);
    coordinator.kill("SIGKILL");
    await once(coordinator, "exit");
    const kept = resultsOf(path);
    expect(await withRunner(store, (shards) => runPipeline(adapter, shards))).to.deep.equal(expected);
    const results = resultsOf(path);
    expect(results.size).to.be.greaterThan(kept.size);
    for (const [file, written] of kept) expect(results.get(file), file).to.equal(written);
    const { computed, failed } = await worker!.drain();
    expect([computed, failed]).to.deep.equal([results.size, 0]);
  });

  it("goes on when the server was gone for a while, and queues again what it lost", async () => {
    const path = await freshStore();
    const store = pathToFileURL(path).href;
    await start(1, store);
    const lose = async (): Promise<void> => {
      while (resultsOf(path).size < 8) await delay(5);
      const port = Number(new URL(redis.url).port);
      await redis.end();
      redis = await startRedis(folder, [], port);
    };
    const [result] = await Promise.all([withRunner(store, (shards) => runPipeline(adapter, shards)), lose()]);
    expect(result).to.deep.equal(expected);
  });

  it("computes a damaged result again, and names a damaged input", async () => {
    const path = await freshStore();
    const store = pathToFileURL(path).href;
    const [first] = await start(1, store);
    const records = { ...largeSearch().records, count: 64 };
    const small = { ...records, sketches: records.sketches.slice(0, 64 * 512), scales: records.scales.slice(0, 64) };
    const input = { ...small, novelties: records.novelties.slice(0, 64) };
    const expectedLists = await rank(input, input, 4);
    const rankAgain = () => withRunner(store, (shards) => rank(input, input, 4, { shards }));
    expect(await rankAgain()).to.deep.equal(expectedLists);
    const [result] = resultsOf(path).keys();
    const whole = readFileSync(result!);
    for (const damaged of [whole.subarray(0, 100), Buffer.alloc(0), Buffer.from(whole).fill(1, 200, 201)]) {
      writeFileSync(result!, damaged);
      expect(await rankAgain()).to.deep.equal(expectedLists);
      expect(readFileSync(result!).equals(whole)).to.equal(true);
    }
    await first!.drain();
    // A worker that has not read the inputs yet.
    await start(1, store);
    rmSync(result!);
    const inputs = join(path, "inputs");
    for (const part of readdirSync(inputs))
      for (const name of readdirSync(join(inputs, part))) truncateSync(join(inputs, part, name), 50);
    const failure = await rankAgain().catch(String);
    expect(failure).to.match(/inputs\/[0-9a-f]{2}\/[0-9a-f]{64} is damaged.*remove it and run the stage again/);
    expect(resultsOf(path).size).to.equal(0);
    rmSync(inputs, { recursive: true });
    expect(await rankAgain()).to.deep.equal(expectedLists);
  });

  it("names a task of another version of the engine, and a worker that has another store", async () => {
    const store = pathToFileURL(await freshStore()).href;
    await start(1, store);
    const { queue, close } = await openQueue();
    const task = { kind: "rank", inputs: {}, settings: {} };
    const connection = await connectRedis(redis.url);
    const events = new QueueEvents(queue.name, { connection });
    await events.waitUntilReady();
    const job = await queue.add("rank", { engine: "0".repeat(64), task }, { attempts: 3 });
    const refused = await job.waitUntilFinished(events).catch(String);
    await Promise.all([events.close(), close()]);
    connection.disconnect();
    expect(refused).to.match(/this worker is of engine version [0-9a-f]{16}, the task of 0{16}; start workers/);
    const other = pathToFileURL(mkdtempSync(join(folder, "store-"))).href;
    const input = { count: 1, k: 32, sketches: new Int8Array(32) };
    const records = { ...input, scales: new Uint32Array(1), novelties: new Uint8Array(1) };
    const failure = await withRunner(other, (shards) => rank(records, input, 1, { shards })).catch(String);
    expect(failure).to.match(/is missing; give the stage and its workers the same --store/);
  });

  it("says that there is no worker, and gives up after a while", async () => {
    const store = pathToFileURL(await freshStore()).href;
    const notices: string[] = [];
    const onNotice = (message: string): void => void notices.push(message);
    const runner = await openQueueRunner({ queue: redis.url, store, onNotice, lookSeconds: 0.2, patienceSeconds: 0.4 });
    const input = { count: 1, k: 32, sketches: new Int8Array(32) };
    const records = { ...input, scales: new Uint32Array(1), novelties: new Uint8Array(1) };
    const failure = await rank(records, input, 1, { shards: runner }).catch(String);
    await runner.close();
    expect(notices).to.have.length(1);
    expect(notices[0]).to.match(/no worker of engine version [0-9a-f]{16} is at redis:\/\/127/);
    expect(failure).to.match(/no worker of engine version .* the next run goes on from there/);
  });

  it("warns of a server that may evict what it holds", async () => {
    const careless = await startRedis(folder, ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]);
    try {
      const worker = await startWork(careless.url, pathToFileURL(folder).href);
      fleet.push(worker);
      expect(worker.errors()).to.match(/noeviction/);
    } finally {
      await endAll(fleet.splice(0));
      await careless.end();
    }
  });
});
