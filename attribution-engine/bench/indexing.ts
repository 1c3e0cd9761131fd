// Measures what the stage `index` takes for made records, besides their texts: time and peak memory of novelty, bundle and record store.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { isSketchSize } from "@tributary/protocol/kinds";
import { openBundle } from "../src/bundle/bundle-directory.ts";
import { writeIndexBundle } from "../src/bundle/index-bundle.ts";
import { openIndexStore } from "../src/bundle/index-store.ts";
import { NOVELTY_RULE, POINTS_RULE } from "../src/commands/method.ts";
import { buildIndex } from "../src/index/build-index.ts";
import { openSketches } from "../src/sketch/sketch-file.ts";
import { readBenchOptions } from "./options.ts";

const MOST_RECORDS = 10_000_000;

const USAGE = `usage: npm run bench:index -- [--json] [--records <n>] [--k <n>] [--workers <n>]

  --records  that are indexed, from 1 to ${MOST_RECORDS} (100000); the time of novelty grows with their square
  --k        coordinates of a sketch (512)
  --workers  threads (2)
`;

const OPTIONS = {
  records: { type: "string", default: "100000" },
  k: { type: "string", default: "512" },
  workers: { type: "string", default: "2" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;
const options = readBenchOptions(() => parseArgs({ options: OPTIONS }).values, USAGE);
const [count, k, threads] = [options.records, options.k, options.workers].map(Number) as [number, number, number];
for (const [name, isRight] of Object.entries({
  records: Number.isInteger(count) && count > 0 && count <= MOST_RECORDS,
  k: isSketchSize(k),
  workers: Number.isInteger(threads) && threads > 0 && threads <= 256,
})) {
  if (isRight) continue;
  process.stderr.write(`--${name} ${options[name as "k"]} is out of range\n${USAGE}`);
  process.exit(2);
}

let shownAt = Date.now();
function progress(done: number, total: number): void {
  if (Date.now() - shownAt < 2_000) return;
  shownAt = Date.now();
  process.stderr.write(`${done} of ${total} records\n`);
}

interface Step {
  readonly step: string;
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  /** Of the process since its start. */
  readonly peakMiB: number;
}

const steps: Step[] = [];
async function timed<Result>(step: string, work: () => Promise<Result> | Result): Promise<Result> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  steps.push({
    step,
    seconds: Number(((performance.now() - start) / 1_000).toPrecision(4)),
    cpuSeconds: Number(((user + system) / 1e6).toPrecision(4)),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  });
  return result;
}

const folder = mkdtempSync(join(tmpdir(), "tributary-bench-"));
try {
  const path = join(folder, "records.sketches");
  await timed("start", () => undefined);
  const maker = fileURLToPath(new URL("made-sketches.ts", import.meta.url));
  const { status } = spawnSync(process.execPath, [maker, path, String(count), String(k)], { stdio: "inherit" });
  if (status !== 0) throw new Error("the sketches could not be made");
  const hashes = (seed: number): Uint8Array =>
    Uint8Array.from({ length: 32 * count }, (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 24);
  const records = {
    recordHashes: hashes(1),
    contentSignatures: hashes(2),
    contributionIds: new BigUint64Array(count).fill(1n),
    recordIndexes: Uint32Array.from({ length: count }, (_, i) => i),
  };
  const method = { k, ...POINTS_RULE, ...NOVELTY_RULE, sketchSpec: `0x${"00".repeat(32)}` } as const;
  const identity = { chainId: 1n, modelRegistry: `0x${"00".repeat(20)}`, modelVersion: 1n, method } as const;
  const index = await timed("novelty", () =>
    buildIndex(records, openSketches(path), method, { threads, keptIn: join(folder, "parts"), onProgress: progress }),
  );
  const { hash } = await timed("bundle", () => writeIndexBundle(folder, identity, index));
  await timed("store", async () => openIndexStore(await openBundle(folder, hash, "index"), folder));
  const sketchMiB = Math.round((count * k) / 2 ** 20);
  for (const { step, seconds, cpuSeconds, peakMiB } of steps)
    if (!options.json) console.log(`${step}: ${seconds} s, ${cpuSeconds} s of CPU; peak memory so far ${peakMiB} MiB`);
  if (options.json) console.log(JSON.stringify({ records: count, k, workers: threads, sketchMiB, steps }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
