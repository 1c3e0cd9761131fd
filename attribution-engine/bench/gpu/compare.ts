// Compares searches on a GPU with WebAssembly's, bit by bit: random sizes, hostile values, and memories that are too small.
import { isDeepStrictEqual } from "node:util";
import type { Random } from "../../src/numerics/random.ts";
import type { SearchBackend } from "../../src/search/backend.ts";
import type { GpuDevice } from "../../src/search/gpu/device.ts";
import { gpuBackend } from "../../src/search/gpu/gpu-backend.ts";
import { openRangeSearch } from "../../src/search/range-search.ts";
import type { RankedLists } from "../../src/search/ranked-lists.ts";
import { memorySource } from "../../src/search/record-source.ts";
import type { Queries, ScoredRecords } from "../../src/search/records.ts";
import { wasmBackend } from "../../src/search/wasm-backend.ts";

/** How coordinates, scales and novelties are drawn. */
const KINDS = ["random", "extreme", "tied", "sparse"] as const;
type Kind = (typeof KINDS)[number];

/** Searches `cases` times on both and throws, naming the case, where the lists differ. Returns how many queries were searched twice. */
export async function compareRandom(
  gpu: GpuDevice,
  random: Random,
  cases: number,
  mostRecords: number,
): Promise<{ repeatedQueries: number }> {
  let repeatedQueries = 0;
  for (let i = 0; i < cases; i++) {
    const kind = KINDS[i % KINDS.length]!;
    const k = 32 * (random.below(8) === 0 ? 1 + random.below(128) : 1 + random.below(16));
    const records = drawRecords(random, 1 + random.below(mostRecords), k, kind);
    const queries = drawQueries(random, 1 + random.below(random.below(2) === 0 ? 20 : 300), k, kind);
    const topK = 1 + random.below(256);
    const capacity = 128 + random.below(2048);
    const passQueries = 1 + random.below(300);
    const holdBytes = random.below(2) === 0 ? Infinity : k * (64 + random.below(records.count));
    const partBytes = k * (128 + random.below(4096));
    const onRepeated = (count: number): void => {
      repeatedQueries += count;
    };
    const backend = gpuBackend(gpu, { capacity, passQueries, partBytes, onRepeated });
    const found = await listsOf(backend, records, queries, topK, holdBytes);
    const expected = await listsOf(wasmBackend, records, queries, topK, Infinity);
    if (!isDeepStrictEqual(found, expected)) {
      const sizes = JSON.stringify({
        kind,
        k,
        records: records.count,
        queries: queries.count,
        topK,
        capacity,
        passQueries,
      });
      throw new Error(`case ${i}: the GPU's lists differ from WebAssembly's: ${sizes}`);
    }
  }
  return { repeatedQueries };
}

/** The lists of all queries. */
export async function listsOf(
  backend: SearchBackend,
  records: ScoredRecords,
  queries: Queries,
  topK: number,
  holdBytes: number,
): Promise<RankedLists> {
  const { count } = queries;
  const range = { first: 0, count: records.count, topK, holdBytes, mostQueries: count };
  const search = await openRangeSearch(backend, memorySource(records), range);
  const lists = await search.rank(queries, { first: 0, count });
  await search.close();
  return lists;
}

function drawQueries(random: Random, count: number, k: number, kind: Kind): Queries {
  return { count, k, sketches: Int8Array.from({ length: count * k }, () => drawCoordinate(random, kind)) };
}

function drawCoordinate(random: Random, kind: Kind): number {
  switch (kind) {
    case "random":
      return random.below(255) - 127;
    case "extreme":
      return random.below(2) === 0 ? 127 : -127;
    case "tied":
      return 1;
    case "sparse":
      return random.below(16) === 0 ? random.below(3) - 1 : 0;
  }
}

function drawRecords(random: Random, count: number, k: number, kind: Kind): ScoredRecords {
  const largest = kind === "tied" ? 3 : 2 ** 24;
  return {
    ...drawQueries(random, count, k, kind),
    scales: Uint32Array.from({ length: count }, () => (kind === "extreme" ? largest - 1 : random.below(largest))),
    novelties: Uint8Array.from({ length: count }, () => (random.below(4) === 0 ? random.below(256) : 255)),
  };
}
