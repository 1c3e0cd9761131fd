// Measures what spreading a search over worker processes costs and gains: a task's overhead, and pairs per second by number of workers.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { pathToFileURL } from "node:url";
import { openQueueRunner } from "../src/distributed/queue-runner.ts";
import { endAll, startWork, type WorkerProcess } from "../src/distributed/test/fleet.ts";
import { hasRedis, startRedis } from "../src/distributed/test/servers.ts";
import { readBenchOptions } from "./options.ts";
import { computeNovelty } from "../src/index/novelty.ts";
import { createRandom } from "../src/numerics/random.ts";
import { rank, type RankOptions } from "../src/search/rank.ts";
import type { RankedLists } from "../src/search/ranked-lists.ts";

const K = 512;
const TOP_K = 32;
const SMALL_TASKS = 400;
const NOVELTY_RECORDS = 16_384;
const NOVELTY_RULE = { tau: 64_225, delta: 6_554, signatureMatch: 192 };

const USAGE = `usage: npm run bench:queue -- [--json] [--records <n>] [--queries <n>] [--workers <n>,<n>…]

  --workers  processes that work, one measurement for each number (1,2)
`;

const OPTIONS = {
  records: { type: "string", default: "262144" },
  queries: { type: "string", default: "4096" },
  workers: { type: "string", default: "1,2" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;
const options = readBenchOptions(() => parseArgs({ options: OPTIONS }).values, USAGE);
const [records, queries, ...fleets] = [options.records, options.queries, ...options.workers.split(",")].map(Number);
if (![records, queries, ...fleets].every((number) => Number.isSafeInteger(number) && number! > 0)) {
  console.error("--records, --queries: whole numbers from 1; --workers: such numbers, parted by commas");
  process.exit(2);
}
if (!hasRedis()) {
  console.error("redis-server is not installed; on Debian it is the package of this name");
  process.exit(2);
}

function vectors(count: number, k: number) {
  const random = createRandom(count, "vectors");
  const sketches = Int8Array.from({ length: count * k }, () => random.below(255) - 127);
  return { count, k, sketches, scales: new Uint32Array(count).fill(1), novelties: new Uint8Array(count).fill(255) };
}

interface Spent {
  readonly seconds: number;
  /** Of all threads of this process: what the clock shows on a machine with nothing else to do. */
  readonly cpuSeconds: number;
}

async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const before = process.cpuUsage();
  const seconds = await secondsOf(work);
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

const [index, calls] = [vectors(records!, K), vectors(queries!, K)];
const small = vectors(SMALL_TASKS, 32);
const pairs = records! * queries!;
let embedded: RankedLists | undefined;
const embeddedSpent = await spentOn(async () => {
  embedded = await rank(index, calls, TOP_K);
});
const { sketches } = vectors(NOVELTY_RECORDS, K);
const hashes = {
  recordHashes: new Uint8Array(32 * NOVELTY_RECORDS),
  contentSignatures: new Uint8Array(32 * NOVELTY_RECORDS),
};
const noveltySpent = await spentOn(() =>
  computeNovelty({ count: NOVELTY_RECORDS, k: K, sketches, ...hashes }, NOVELTY_RULE),
);
const noveltyPairs = (NOVELTY_RECORDS * (NOVELTY_RECORDS - 1)) / 2;
const folder = mkdtempSync(join(tmpdir(), "tributary-queue-bench-"));
const redis = await startRedis(folder);
const started: WorkerProcess[] = [];
const byWorkers: Record<string, number> = {};
let taskMilliseconds = 0;
let isSame = true;
try {
  for (const fleet of fleets) {
    const store = pathToFileURL(mkdtempSync(join(folder, "store-"))).href;
    started.push(...(await Promise.all(Array.from({ length: fleet }, () => startWork(redis.url, store)))));
    const runner = await openQueueRunner({ queue: redis.url, store });
    const run = (options: RankOptions) => rank(index, calls, TOP_K, { ...options, shards: runner });
    // The first tasks start the processes; a task of one query each shows what is spent around the work.
    const seconds = await secondsOf(() => rank(small, small, 1, { shards: runner, tiles: { queries: 1 } }));
    if (fleet === fleets[0]) taskMilliseconds = (seconds * 1_000) / SMALL_TASKS;
    let lists: RankedLists | undefined;
    byWorkers[fleet] = Math.round(pairs / (await secondsOf(async () => (lists = await run({})))));
    isSame &&= Buffer.from(lists!.w.buffer).equals(Buffer.from(embedded!.w.buffer));
    await runner.close();
    await endAll(started.splice(0));
    process.stderr.write(`${fleet} workers: ${(byWorkers[fleet] / 1e6).toFixed(1)} million pairs/s\n`);
  }
} finally {
  await endAll(started);
  await redis.end();
  rmSync(folder, { recursive: true, force: true });
}
const report = {
  records,
  queries,
  k: K,
  embeddedPairsPerSecond: Math.round(pairs / embeddedSpent.seconds),
  embeddedPairsPerCpuSecond: Math.round(pairs / embeddedSpent.cpuSeconds),
  noveltyPairsPerCpuSecond: Math.round(noveltyPairs / noveltySpent.cpuSeconds),
  pairsPerSecondByWorkers: byWorkers,
  taskMilliseconds: Number(taskMilliseconds.toFixed(2)),
  isSame,
};
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else console.table(report);
process.exitCode = isSame ? 0 : 1;
