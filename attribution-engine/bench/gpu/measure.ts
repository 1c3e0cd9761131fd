// Measures search on a GPU: first that its lists are exact, then how fast they come, beside the limits of the device.
import { isDeepStrictEqual } from "node:util";
import { createRandom } from "../../src/numerics/random.ts";
import { openGpu, GpuUnavailableError, type GpuDevice } from "../../src/search/gpu/device.ts";
import { gpuBackend, PASS_QUERIES } from "../../src/search/gpu/gpu-backend.ts";
import { openRangeSearch } from "../../src/search/range-search.ts";
import { memorySource } from "../../src/search/record-source.ts";
import type { Queries, ScoredRecords } from "../../src/search/records.ts";
import { checkExact } from "../../src/search/self-test.ts";
import { wasmBackend } from "../../src/search/wasm-backend.ts";
import { compareRandom, listsOf } from "./compare.ts";
import { measureGpuLimits, type GpuLimits, type LimitSizes } from "./limits.ts";

/** Sizes of the measurement. */
export interface GpuMeasureOptions {
  readonly records: number;
  readonly k: number;
  /** Batches of queries, measured one after the other. */
  readonly queries: readonly number[];
  readonly topK: readonly number[];
  /** Random searches that are compared before anything is timed. */
  readonly cases: number;
  /** Measures a program on the CPU too; its figures say nothing of a GPU. */
  readonly software: boolean;
  /** Scores square tiles by subgroup matrices. */
  readonly matrices?: boolean;
  readonly limits?: LimitSizes;
  readonly onProgress?: (text: string) => void;
}

/** One batch of queries over all records, top lists included. */
export interface GpuRun {
  readonly records: number;
  readonly k: number;
  readonly queries: number;
  readonly topK: number;
  /** Whether the records were sent to the device again for the batch, in halves. */
  readonly streamed: boolean;
  readonly seconds: number;
  readonly pairsPerSecond: number;
  /** The limit that binds, and the share of it that is reached: the least time it allows ÷ the time taken. */
  readonly binds: "dot products" | "memory";
  readonly limitShare: number;
}

/** What was measured on a device. */
export interface GpuFigures extends GpuLimits {
  readonly device: string;
  readonly software: boolean;
  /** Whether square tiles were scored by subgroup matrices. */
  readonly matrices: boolean;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Searches compared bit by bit with WebAssembly's, all of them equal. */
  readonly comparedSearches: number;
  readonly repeatedQueries: number;
  /** Sending the records to the device. */
  readonly uploadBytesPerSecond: number;
  readonly runs: readonly GpuRun[];
}

/** The figures, or null and the reason. */
export interface GpuMeasurement {
  readonly gpu: GpuFigures | null;
  readonly gpuReason: string | null;
}

/** Runs are repeated until they took this long together, at least once. */
const LEAST_SECONDS = 1;
/** Queries of the largest search that are compared with WebAssembly's lists. */
const CHECKED_QUERIES = 8;
const MOST_COMPARED_RECORDS = 6_000;
const SEED = 1;

/**
 * Measures the process's GPU.
 * @throws Error if a list is not exact, or the device fails.
 */
export async function measureGpu(options: GpuMeasureOptions): Promise<GpuMeasurement> {
  let gpu: GpuDevice;
  try {
    gpu = await openGpu({ matrices: options.matrices ?? false });
  } catch (error) {
    if (error instanceof GpuUnavailableError) return { gpu: null, gpuReason: error.message };
    throw error;
  }
  try {
    if (gpu.software && !options.software) {
      const gpuReason = `no GPU: ${gpu.name} is a program on the CPU, which shows that lists are exact but no speed`;
      return { gpu: null, gpuReason };
    }
    return { gpu: await figuresOf(gpu, options), gpuReason: null };
  } finally {
    gpu.close();
  }
}

async function figuresOf(gpu: GpuDevice, options: GpuMeasureOptions): Promise<GpuFigures> {
  const progress = options.onProgress ?? (() => undefined);
  const random = createRandom(SEED, "bench gpu");
  const backend = gpuBackend(gpu);
  progress("self-test");
  await checkExact(backend, wasmBackend, random);
  progress(`${options.cases} random searches`);
  const { repeatedQueries } = await compareRandom(gpu, random, options.cases, MOST_COMPARED_RECORDS);
  progress("limits of the device");
  const limits = await measureGpuLimits(gpu, options.limits);
  const records = makeRecords(options.records, options.k);
  const runs: GpuRun[] = [];
  let uploadBytesPerSecond = 0;
  const mostQueries = Math.max(...options.queries);
  const queries = makeQueries(mostQueries, options.k, SEED + 1);
  const bytes = records.count * records.k;

  for (const topK of options.topK) {
    for (const holdBytes of [Infinity, bytes / 2]) {
      const streamed = holdBytes < bytes;
      const range = { first: 0, count: records.count, topK, holdBytes, mostQueries };
      const start = performance.now();
      const search = await openRangeSearch(backend, memorySource(records), range);
      await gpu.settle(gpu.device.queue.onSubmittedWorkDone());
      if (!streamed) uploadBytesPerSecond = bytes / ((performance.now() - start) / 1_000);
      for (const count of streamed ? [mostQueries] : options.queries) {
        progress(`${count} queries, top ${topK}${streamed ? ", streamed" : ""}`);
        await search.rank(queries, { first: 0, count });
        const seconds = await shortest(() => search.rank(queries, { first: 0, count }));
        runs.push(runOf(records, count, topK, streamed, seconds, limits));
      }
      const lists = await search.rank(queries, { first: 0, count: Math.min(CHECKED_QUERIES, mostQueries) });
      await search.close();
      const checked = {
        ...queries,
        count: lists.queries,
        sketches: queries.sketches.subarray(0, lists.queries * options.k),
      };
      if (!isDeepStrictEqual(lists, await listsOf(wasmBackend, records, checked, topK, Infinity))) {
        throw new Error(`the GPU's lists of ${records.count} records differ from WebAssembly's`);
      }
    }
  }
  return {
    device: gpu.name,
    software: gpu.software,
    matrices: gpu.hasMatrices,
    date: new Date().toISOString(),
    comparedSearches: options.cases + 2 * options.topK.length,
    repeatedQueries,
    ...limits,
    uploadBytesPerSecond,
    runs,
  };
}

/** Every pass of queries reads all records once; nothing less can. */
function runOf(
  { count, k }: ScoredRecords,
  queries: number,
  topK: number,
  streamed: boolean,
  seconds: number,
  limits: GpuLimits,
): GpuRun {
  const products = (queries * count * k) / limits.productsPerSecond;
  const memory = (Math.ceil(queries / PASS_QUERIES) * count * (k + 4)) / limits.bytesPerSecond;
  return {
    records: count,
    k,
    queries,
    topK,
    streamed,
    seconds,
    pairsPerSecond: (queries * count) / seconds,
    binds: products > memory ? "dot products" : "memory",
    limitShare: Math.max(products, memory) / seconds,
  };
}

async function shortest(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let total = 0; total < LEAST_SECONDS;) {
    const start = performance.now();
    await work();
    const seconds = (performance.now() - start) / 1_000;
    total += seconds;
    best = Math.min(best, seconds);
  }
  return best;
}

function makeQueries(count: number, k: number, seed: number): Queries {
  const random = createRandom(seed, "bench gpu sketches");
  const words = new Uint32Array((count * k) / 4);
  for (let i = 0; i < words.length; i++) words[i] = random.uint32();
  const sketches = new Int8Array(words.buffer);
  for (let i = 0; i < sketches.length; i++) if (sketches[i] === -128) sketches[i] = -127;
  return { count, k, sketches };
}

function makeRecords(count: number, k: number): ScoredRecords {
  const random = createRandom(SEED, "bench gpu scores");
  return {
    ...makeQueries(count, k, SEED),
    scales: Uint32Array.from({ length: count }, () => 1 + random.below(2 ** 24 - 1)),
    novelties: Uint8Array.from({ length: count }, () => (random.below(4) === 0 ? random.below(256) : 255)),
  };
}
