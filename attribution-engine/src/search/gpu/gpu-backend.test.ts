// Tests that a search on a GPU gives the lists of the plain reference, whatever the order and the sizes, and says why if it cannot.
import { expect } from "chai";
import type { ScorerOptions } from "../backend.ts";
import { chooseBackend } from "../backends.ts";
import { openRangeSearch } from "../range-search.ts";
import { memorySource, type RecordSource } from "../record-source.ts";
import type { Queries, ScoredRecords } from "../records.ts";
import {
  anyCoordinate,
  coarse,
  extremes,
  listAt,
  plainLists,
  recordsOf,
  sketchesOf,
  zeros,
} from "../test/plain-search.ts";
import { useSoftwareGpu } from "../test/software-gpu.ts";
import { GpuFailedError, GpuUnavailableError, openGpu, type GpuDevice } from "./device.ts";
import { tileOrder } from "./rounds.ts";
import { TILE_RECORDS } from "./scoring.ts";
import { gpuBackend, type GpuSizes } from "./gpu-backend.ts";

useSoftwareGpu();

/** The records as a store keeps them, with 128 added to each coordinate. */
function shifted(records: ScoredRecords): RecordSource {
  const source = memorySource(records);
  return {
    ...source,
    offset: 128,
    async read(first, into) {
      await source.read(first, into);
      for (const [i, value] of into.sketches.entries()) into.sketches[i] = value ^ 128;
    },
  };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("search on a GPU (skipped without a Vulkan driver: Debian has libvulkan1 and, in chromium-common, a software one)", function () {
  this.timeout(120_000);

  let gpu: GpuDevice;

  before(async function () {
    try {
      gpu = await openGpu();
    } catch (error) {
      if (!(error instanceof GpuUnavailableError)) throw error;
      this.skip();
    }
  });

  after(() => gpu?.close());

  interface Search {
    readonly records: ScoredRecords;
    readonly queries: Queries;
    readonly topK: number;
    readonly sizes?: GpuSizes;
    readonly holdBytes?: number;
    readonly source?: RecordSource;
  }

  /** Searches, compares with the plain reference, and returns how many queries had to be searched twice. */
  async function expectExact({ records, queries, topK, sizes, holdBytes, source }: Search): Promise<number> {
    let repeated = 0;
    const backend = gpuBackend(gpu, { ...sizes, onRepeated: (count) => (repeated += count) });
    const range = {
      first: 0,
      count: records.count,
      topK,
      holdBytes: holdBytes ?? Infinity,
      mostQueries: queries.count,
    };
    const search = await openRangeSearch(backend, source ?? memorySource(records), range);
    const lists = await search.rank(queries, { first: 0, count: queries.count });
    await search.close();
    for (let query = 0; query < queries.count; query++) {
      const [helpful, harmful] = plainLists(records, queries, topK, query);
      expect(listAt(lists, query * 2)).to.deep.equal(helpful);
      expect(listAt(lists, query * 2 + 1)).to.deep.equal(harmful);
    }
    return repeated;
  }

  const asked = (seed: number, count: number, k: number, fill = anyCoordinate): Queries => ({
    count,
    k,
    sketches: sketchesOf(seed, count, k, fill),
  });

  for (const [k, count, queries] of [
    [32, 1, 1],
    [96, 127, 3],
    [160, 129, 17],
    [544, 300, 5],
  ] as const) {
    it(`gives the reference's lists of ${count} records, ${queries} queries, k = ${k}`, async () => {
      await expectExact({ records: recordsOf(k, count, k, anyCoordinate), queries: asked(k, queries, k), topK: 9 });
    });
  }

  it("is exact for the largest products, k = 4096", async () => {
    const k = 4096;
    const records = {
      ...recordsOf(3, 9, k, extremes, 1),
      scales: new Uint32Array(9).fill(2 ** 24 - 1),
      novelties: new Uint8Array(9).fill(255),
    };
    for (let i = 0; i < 4 * k; i++) records.sketches[i] = i < 2 * k ? 127 : -127;
    records.sketches[k] = 126;
    records.sketches[3 * k] = -126;
    await expectExact({ records, queries: { count: 1, k, sketches: new Int8Array(k).fill(127) }, topK: 4 });
  });

  it("gives ties to the lower record, though tiles come in another order and lists overflow", async () => {
    const k = 32;
    const count = 1_000;
    const records = {
      ...recordsOf(6, count, k, coarse, 1),
      scales: new Uint32Array(count).fill(1),
      novelties: new Uint8Array(count).fill(1),
    };
    await expectExact({ records, queries: asked(5, 3, k, coarse), topK: 40, sizes: { capacity: 128 } });
    const equal = { ...records, sketches: new Int8Array(count * k).fill(1) };
    await expectExact({ records: equal, queries: { count: 1, k, sketches: new Int8Array(k).fill(-1) }, topK: 256 });
  });

  it("lists nothing of weight 0", async () => {
    const k = 64;
    const records = recordsOf(9, 200, k, anyCoordinate);
    const queries = asked(8, 2, k);
    await expectExact({ records: recordsOf(9, 200, k, zeros), queries, topK: 4 });
    await expectExact({ records, queries: asked(8, 1, k, zeros), topK: 4 });
    await expectExact({ records: { ...records, novelties: new Uint8Array(200) }, queries, topK: 4 });
    await expectExact({ records: { ...records, scales: new Uint32Array(200) }, queries, topK: 4 });
  });

  it("searches queries again, carefully, if records stand in an order that offers too much", async () => {
    const k = 32;
    const count = 1_900;
    const tiles = Math.ceil(count / TILE_RECORDS);
    const rising = new Uint32Array(count);
    for (const [turn, tile] of tileOrder(tiles).entries()) {
      for (let i = tile * TILE_RECORDS; i < Math.min(count, (tile + 1) * TILE_RECORDS); i++)
        rising[i] = 1 + turn * count + i;
    }
    const records = {
      ...recordsOf(7, count, k, zeros),
      sketches: new Int8Array(count * k).fill(3),
      scales: rising,
      novelties: new Uint8Array(count).fill(255),
    };
    const queries = { count: 3, k, sketches: new Int8Array(3 * k).fill(2) };
    queries.sketches.fill(0, k, 2 * k).fill(-2, 2 * k);
    const search = { records, queries, topK: 3, sizes: { capacity: 128 } };
    expect(await expectExact(search)).to.equal(2);
    expect(await expectExact({ ...search, holdBytes: 1_300 * k })).to.equal(2);
    expect(await expectExact({ ...search, topK: 256, sizes: {} })).to.equal(0);
  });

  it("is the same in parts, shards and passes, from a store's coordinates, and in square tiles of queries", async () => {
    const k = 64;
    const records = recordsOf(11, 420, k, extremes, 3);
    const queries = asked(12, 131, k, coarse);
    await expectExact({ records, queries, topK: 8, source: shifted(records), sizes: { partBytes: 200 * k } });
    await expectExact({ records, queries, topK: 8, sizes: { passQueries: 50 }, holdBytes: 300 * k });
  });

  it("is left out by auto if it is a program on the CPU", async function () {
    if (!gpu.software) this.skip();
    expect((await chooseBackend("auto", Infinity)).name).not.to.equal("gpu");
  });

  it("says what the device has no room for, and goes on", async () => {
    const size = gpu.device.limits.maxBufferSize + 4;
    const tooLarge = gpu.allocate("the records", () => {
      return gpu.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE });
    });
    const failure = await failureOf(tooLarge);
    expect(failure).to.be.instanceOf(GpuFailedError);
    expect(String(failure)).to.match(/the GPU .* cannot hold the records; give the search less memory: /);
    await expectExact({ records: recordsOf(1, 16, 32, anyCoordinate), queries: asked(1, 1, 32), topK: 1 });
  });

  it("says that the device was lost, and gives no lists", async () => {
    const other = await openGpu();
    const records = recordsOf(1, 16, 32, anyCoordinate);
    const options: ScorerOptions = { topK: 1, shardRecords: 16, slots: 1, mostQueries: 1 };
    const scorer = await gpuBackend(other).createScorer(memorySource(records), options);
    const shard = await scorer.load(0, 0, 16);
    await scorer.begin(asked(1, 1, 32), 0, 1);
    await scorer.scan(shard);
    other.device.destroy();
    const failure = await failureOf(scorer.finish());
    expect(failure).to.be.instanceOf(GpuFailedError);
    expect(String(failure)).to.match(/was lost/);
    expect(other.failed).to.equal(true);
  });
});

describe("opening a GPU", () => {
  it("says that there is none if no adapter is offered", async () => {
    const failure = await failureOf(openGpu({ dawn: ["adapter=no such adapter"] }));
    expect(failure).to.be.instanceOf(GpuUnavailableError);
    expect(String(failure)).to.match(/no GPU/);
  });
});
