// Tests of exact ranking against a plain BigInt reference.
import { expect } from "chai";
import { rank, type RankOptions } from "./rank.ts";
import type { Queries, ScoredRecords } from "./records.ts";
import {
  anyCoordinate,
  coarse,
  extremes,
  listAt,
  plainLists,
  recordsOf,
  sketchesOf,
  zeros,
} from "./test/plain-search.ts";

async function expectExact(
  records: ScoredRecords,
  queries: Queries,
  topK: number,
  options?: RankOptions,
): Promise<void> {
  const lists = await rank(records, queries, topK, options);
  for (let query = 0; query < queries.count; query++) {
    const [helpful, harmful] = plainLists(records, queries, topK, query);
    expect(listAt(lists, query * 2)).to.deep.equal(helpful);
    expect(listAt(lists, query * 2 + 1)).to.deep.equal(harmful);
  }
}

describe("rank", () => {
  for (const k of [32, 64, 96, 256, 512]) {
    it(`equals the plain reference for k = ${k} and counts that are multiples of nothing`, async () => {
      const queries = { count: 7, k, sketches: sketchesOf(k, 7, k, anyCoordinate) };
      await expectExact(recordsOf(k, 203, k, anyCoordinate), queries, 9);
    });
  }

  it("is exact beyond 2^53: extreme coordinates, the largest scale and novelty, k = 4096", async () => {
    const k = 4096;
    const records: ScoredRecords = {
      ...recordsOf(3, 5, k, extremes, 1),
      sketches: Int8Array.from({ length: 5 * k }, (_, i) =>
        i < k ? 127 : i < 2 * k ? -127 : i % 2 === 0 ? 127 : -127,
      ),
      scales: new Uint32Array(5).fill(2 ** 24 - 1),
      novelties: new Uint8Array(5).fill(255),
    };
    records.sketches[2 * k] = 126;
    const queries = { count: 1, k, sketches: new Int8Array(k).fill(127) };
    await expectExact(records, queries, 4);
    const lists = await rank(records, queries, 4);
    expect(lists.w[0]).to.equal(4096n * 127n * 127n * (2n ** 24n - 1n) * 255n);
  });

  it("gives ties to the lower record, also across the end of a full list", async () => {
    const k = 32;
    const queries = { count: 3, k, sketches: sketchesOf(5, 3, k, coarse) };
    const records = recordsOf(6, 500, k, coarse, 1);
    await expectExact(
      { ...records, scales: new Uint32Array(500).fill(1), novelties: new Uint8Array(500).fill(1) },
      queries,
      16,
    );
  });

  it("lists nothing of weight 0 and fewer than K if there are fewer", async () => {
    const k = 64;
    const queries = { count: 2, k, sketches: sketchesOf(8, 2, k, anyCoordinate) };
    await expectExact(recordsOf(9, 20, k, anyCoordinate), queries, 256);
    await expectExact(recordsOf(9, 20, k, zeros), queries, 4);
    await expectExact(recordsOf(9, 20, k, anyCoordinate), { count: 1, k, sketches: new Int8Array(k) }, 4);
    await expectExact({ ...recordsOf(9, 20, k, anyCoordinate), novelties: new Uint8Array(20) }, queries, 4);
    await expectExact({ ...recordsOf(9, 20, k, anyCoordinate), scales: new Uint32Array(20) }, queries, 4);
  });

  it("accepts no records and no queries", async () => {
    const k = 32;
    await expectExact(recordsOf(1, 0, k, zeros), { count: 1, k, sketches: new Int8Array(k).fill(1) }, 3);
    await expectExact(recordsOf(1, 3, k, zeros), { count: 0, k, sketches: new Int8Array(0) }, 3);
  });

  it("is the same to the byte for any threads, block size, memory and order of work", async () => {
    const k = 64;
    const records = recordsOf(11, 300, k, coarse, 3);
    const queries = { count: 37, k, sketches: sketchesOf(12, 37, k, coarse) };
    const expected = await rank(records, queries, 8);
    const variants: RankOptions[] = [
      { threads: 2, blockQueries: 5 },
      { threads: 3, blockQueries: 1, arrange: (tasks) => tasks.reverse() },
      { blockQueries: 37, memoryBytes: 16 * k },
      { threads: 2, blockQueries: 33, memoryBytes: 200 * k },
    ];
    for (const options of variants) expect(await rank(records, queries, 8, options)).to.deep.equal(expected);
  });

  it("is the same where threads take records from each other, whoever takes which, with ties across them", async () => {
    const k = 32;
    const records = recordsOf(15, 5_003, k, coarse, 2);
    const queries = { count: 9, k, sketches: sketchesOf(16, 9, k, coarse) };
    const expected = await rank(records, queries, 200, { threads: 1 });
    for (let time = 0; time < 3; time++) {
      expect(await rank(records, queries, 200, { threads: 3, blockQueries: 2 })).to.deep.equal(expected);
    }
  });

  it("reports progress up to the number of queries", async () => {
    const k = 32;
    const seen: number[] = [];
    const queries = { count: 5, k, sketches: new Int8Array(5 * k) };
    await rank(recordsOf(1, 3, k, zeros), queries, 1, { blockQueries: 2, onProgress: (done) => seen.push(done) });
    expect(seen).to.deep.equal([2, 4, 5]);
  });

  it("names what is out of range", async () => {
    const k = 32;
    const records = recordsOf(1, 3, k, anyCoordinate);
    const queries = { count: 1, k, sketches: new Int8Array(k) };
    const failures: [ScoredRecords, Queries, number, RegExp][] = [
      [records, queries, 0, /topK is 0/],
      [records, queries, 257, /topK is 257/],
      [{ ...records, scales: new Uint32Array(3).fill(2 ** 24) }, queries, 1, /index row 0: scale 16777216/],
      [records, { ...queries, sketches: new Int8Array(k).fill(-128) }, 1, /queries row 0: coordinate 0 is -128/],
      [records, { count: 1, k: 64, sketches: new Int8Array(64) }, 1, /queries have 64 dimensions, index has 32/],
    ];
    for (const [badRecords, badQueries, topK, message] of failures) {
      let failure: unknown;
      await rank(badRecords, badQueries, topK).catch((error: unknown) => (failure = error));
      expect(String(failure)).to.match(message);
    }
  });
});
