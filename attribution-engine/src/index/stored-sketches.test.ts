// Tests that an index is made of sketches in a file as of sketches in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readIndexBundle, writeIndexBundle } from "../bundle/index-bundle.ts";
import { runnerHere } from "../distributed/test/here.ts";
import { createRandom } from "../numerics/random.ts";
import { madeRecords } from "../search/store/test/made-records.ts";
import { readSketchRows, ROWS_AT_A_TIME, type StoredColumn } from "../sketch/sketch-column.ts";
import { openSketches, saveSketches } from "../sketch/sketch-file.ts";
import { buildIndex } from "./build-index.ts";
import type { NoveltyOptions } from "./novelty.ts";
import { blankedSketches } from "./withdrawn-form.ts";

const K = 32;
/** More than are read at a time. */
const COUNT = ROWS_AT_A_TIME + 321;
const METHOD = {
  ...{ k: K, topK: 8, debitFactor: 192, tau: 40_000, delta: 30_000, signatureMatch: 192 },
  sketchSpec: `0x${"00".repeat(32)}`,
} as const;
const IDENTITY = { chainId: 1n, modelRegistry: `0x${"00".repeat(20)}`, modelVersion: 1n, method: METHOD } as const;

describe("an index of sketches in a file", () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-stored-sketches-"));
    path = join(folder, "records.sketches");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const random = createRandom(1);
  const sketches = madeRecords(0, COUNT, K);
  sketches.scales.forEach((scale, i) => (sketches.scales[i] = Math.max(1, scale)));
  const records = {
    recordHashes: Uint8Array.from({ length: 32 * COUNT }, () => random.below(256)),
    contentSignatures: Uint8Array.from({ length: 32 * COUNT }, () => random.below(256)),
    contributionIds: new BigUint64Array(COUNT).fill(1n),
    recordIndexes: Uint32Array.from({ length: COUNT }, (_, i) => i),
  };

  it("has the columns and the bundle of one in memory, however many shards, threads and workers, and goes on with blocks that are kept", async () => {
    const expected = await buildIndex(records, sketches, METHOD);
    expect(new Set(expected.novelties).size).to.be.above(20);
    const { hash } = await writeIndexBundle(folder, IDENTITY, expected);
    saveSketches(path, sketches);
    const keptIn = join(folder, "kept");
    const variants: NoveltyOptions[] = [
      { threads: 2, shardBytes: 1_000 * K, keptIn },
      { threads: 1, shardBytes: 77 * K, keptIn },
      { blockRecords: 45 },
      { shards: runnerHere(), tileBytes: 3_000 * K },
    ];
    for (const options of variants) {
      const index = await buildIndex(records, openSketches(path), METHOD, options);
      expect(index.novelties).to.deep.equal(expected.novelties);
      expect(index.witnesses).to.deep.equal(expected.witnesses);
      expect((await writeIndexBundle(folder, IDENTITY, index)).hash).to.equal(hash);
    }
    expect((await readIndexBundle(folder, hash)).index.sketches).to.deep.equal(sketches.sketches);
  });

  it("has zeros where records are withdrawn, as one in memory, and leaves the file as it is", async () => {
    saveSketches(path, sketches);
    const stored = openSketches(path);
    const places = [0, 7, ROWS_AT_A_TIME - 1, ROWS_AT_A_TIME, COUNT - 1];
    const copy = blankedSketches(stored, places, join(folder, "blanked", "sketches"));
    const expected = blankedSketches(sketches, places, "");
    expect(readSketchRows({ ...stored, sketches: copy }, 0, COUNT)).to.deep.equal(expected);
    expect(readSketchRows({ ...stored, sketches: expected }, 7, 8)).to.deep.equal(new Int8Array(K));
    expect(openSketches(path).sketches.digest).to.equal(stored.sketches.digest);
    expect((copy as StoredColumn).digest).to.not.equal(stored.sketches.digest);
    expect(blankedSketches(stored, [], "")).to.equal(stored.sketches);
  });

  it("is refused by file and row where a coordinate is out of range, and by file where its shape is", async () => {
    const bent = { ...sketches, sketches: sketches.sketches.slice() };
    const row = ROWS_AT_A_TIME + 3;
    bent.sketches[row * K + 5] = -128;
    saveSketches(path, bent);
    const failure = await buildIndex(records, openSketches(path), METHOD).catch(String);
    expect(failure).to.include(`${path} row ${row}: coordinate 5 is -128`);
    saveSketches(path, { count: 1, k: 3 * K, sketches: new Int8Array(3 * K), scales: Uint32Array.of(1) });
    expect(await buildIndex(records, openSketches(path), METHOD).catch(String)).to.include(
      `${path}: ${3 * K} dimensions, the method uses ${K}`,
    );
    saveSketches(path, { count: 1, k: K, sketches: new Int8Array(K), scales: Uint32Array.of(1) });
    expect(await buildIndex(records, openSketches(path), METHOD).catch(String)).to.include(`${path}: 1 sketches for `);
  });
});
