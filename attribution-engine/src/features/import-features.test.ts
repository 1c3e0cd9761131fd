// Imported features become sketches that keep their geometry; work that was interrupted goes on; what fails leaves nothing behind.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  importFeaturesStage,
  sketchCallFeatures,
  sketchRecordFeatures,
  type FeaturesOrigin,
} from "../commands/import-features.ts";
import { keptSketches, type KeptSketches } from "../commands/kept-sketches.ts";
import { methodOf } from "../commands/method.ts";
import { buildIndex } from "../index/build-index.ts";
import { signTexts } from "../index/sign-texts.ts";
import { inverseCholesky } from "../numerics/cholesky.ts";
import { matrixProduct } from "../numerics/matrix-product.ts";
import { createRandom, normals } from "../numerics/random.ts";
import { buildBasis } from "../sketch/basis.ts";
import { loadBasis } from "../sketch/basis-file.ts";
import { influences } from "../sketch/influence.ts";
import { sketchRows } from "../sketch/sketch-rows.ts";
import { sketchInParts } from "../sketch/sketch-parts.ts";
import { loadSketches } from "../sketch/sketch-file.ts";
import { importedFeatures } from "./imported-features.ts";
import { npyBytes } from "./test/npy-bytes.ts";

const [ROWS, DIMENSIONS, CALLS] = [1500, 32, 8];

/** Rows whose dimensions differ in size a hundredfold, so that whitening matters. */
function unevenRows(count: number, label: string): Float32Array {
  return normals(createRandom(3, label), count * DIMENSIONS, 1).map((value, i) => value * 100 ** ((i % 32) / 31));
}

describe("import-features", function () {
  this.timeout(60_000);
  let work: string;
  let kept: KeptSketches;
  const records = unevenRows(ROWS, "records");
  const calls = unevenRows(CALLS, "calls");
  const write = (name: string, shape: number[], values: Float32Array): string => {
    const path = join(work, name);
    writeFileSync(path, npyBytes("<f4", shape, values));
    return path;
  };
  const contextOf = (features: string, k = 32) => ({
    work,
    options: { features, k: String(k), workers: "1" },
    onProgress: () => undefined,
  });
  const failure = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "no error",
      (error: unknown) => (error as Error).message,
    );

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-import-"));
    kept = keptSketches(work, "test", "calls");
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  it("makes an index, and gives influences that are products whitened by the features' damped second moment", async () => {
    const context = contextOf(write("records.npy", [ROWS, DIMENSIONS], records));
    await importFeaturesStage.run(context);
    const { origin } = loadBasis(join(work, "basis.safetensors"));
    const queries = write("calls.npy", [CALLS, DIMENSIONS], calls);
    const sketched = await sketchCallFeatures(contextOf(queries), origin as FeaturesOrigin, CALLS, kept);
    kept.drop();
    const stored = loadSketches(join(work, "records.sketches"));
    expect([stored.count, stored.k]).to.deep.equal([ROWS, 32]);
    const whiten = whitenedBy(records, 1);
    const [white, whiteCalls] = [whiten(records), whiten(calls)];
    for (let call = 0; call < CALLS; call++) {
      const expected = products(white, whiteCalls, call);
      expect(correlation(expected, [...influences(stored, sketched, call)]), `call ${call}`).to.be.above(0.999);
    }
    const texts = Array.from({ length: ROWS }, (_, row) => `The text of record ${row}.`);
    const places = {
      contributionIds: new BigUint64Array(ROWS).fill(1n),
      recordIndexes: Uint32Array.from(texts.keys()),
    };
    const method = methodOf(join(work, "basis.safetensors"));
    const index = await buildIndex({ ...signTexts(texts), ...places }, stored, method, { threads: 1 });
    expect([index.count, index.k]).to.deep.equal([ROWS, 32]);
    expect(readdirSync(work).sort()).to.deep.equal([
      "basis.safetensors",
      "calls.npy",
      "records.npy",
      "records.sketches",
    ]);
  });

  it("projects what is wide before it is whitened, which keeps whitened products", async () => {
    const [count, width] = [200, 4128];
    const narrow = normals(createRandom(1), count * DIMENSIONS, 1);
    const spread = normals(createRandom(2), DIMENSIONS * width, 1);
    const { values } = await matrixProduct(
      { rows: count, columns: DIMENSIONS, values: narrow },
      { rows: DIMENSIONS, columns: width, values: spread },
    );
    const path = write("records.npy", [count, width], values);
    expect(importedFeatures({ path }, 1)).to.include({ dimensions: width, size: 2048 });
    const source = importedFeatures({ path }, 1, { whitened: 4096, projected: 128 });
    const method = { k: 32, seed: 1, curvatureSamples: count, damping: 0.01 };
    const basis = await buildBasis(source, method, { workers: 2 });
    const sketches = await sketchRows(source, basis, [...Array(count).keys()], { workers: 2 });
    const white = whitenedBy(narrow, 0)(narrow);
    for (let call = 0; call < 4; call++)
      expect(correlation(products(white, white, call), [...influences(sketches, sketches, call)])).to.be.above(0.99);
  });

  it("goes on after an interruption with the parts that are whole, to the same bytes", async () => {
    const path = write("records.npy", [ROWS, DIMENSIONS], records);
    await importFeaturesStage.run(contextOf(path));
    const { basis } = loadBasis(join(work, "basis.safetensors"));
    const whole = loadSketches(join(work, "records.sketches"));
    const source = importedFeatures({ path }, 1);
    const parts = join(work, "parts");
    const made: number[] = [];
    const counted = {
      ...source,
      rows: (...[chosen, ...rest]: Parameters<typeof source.rows>) => {
        made.push(chosen.length);
        return source.rows(chosen, ...rest);
      },
    };
    await sketchInParts(counted, basis, parts, { workers: 1 });
    expect(readdirSync(parts).sort()).to.deep.equal(["0.sketches", "1024.sketches"]);
    const damaged = readFileSync(join(parts, "1024.sketches"));
    damaged[100]! ^= 1;
    writeFileSync(join(parts, "1024.sketches"), damaged);
    expect(await sketchInParts(counted, basis, parts, { workers: 1 })).to.deep.equal(whole);
    expect(made).to.deep.equal([ROWS, ROWS - 1024]);
    const again = (await importFeaturesStage.run(contextOf(path))) as { basisReused: boolean };
    expect(again.basisReused).to.equal(true);
  });

  it("names the row that is not finite, and writes nothing", async () => {
    const damaged = records.slice();
    damaged[1200 * DIMENSIONS + 5] = NaN;
    const path = write("records.npy", [ROWS, DIMENSIONS], damaged);
    expect(await failure(importFeaturesStage.run(contextOf(path)))).to.equal(
      `${path} row 1200: NaN in column 5; features must be finite`,
    );
    expect(existsSync(join(work, "records.sketches"))).to.equal(false);
    expect(existsSync(join(work, "basis.safetensors"))).to.equal(false);
  });

  it("names the file, and the row if it is one, of values that 32-bit floats cannot square, and writes nothing", async () => {
    const scaled = (by: number): Float32Array => records.map((value) => value * by);
    const one = records.slice();
    one[700 * DIMENSIONS + 3] = 3e38;
    for (const [values, message] of [
      [one, " row 700: its squares add up to more than 2^100"],
      [scaled(1e25), " row 0: its squares add up to more than 2^100"],
      [scaled(1e-30), ": the vectors are too small to be squared"],
      [scaled(0), ": all vectors are zero"],
    ] as const) {
      const path = write("records.npy", [ROWS, DIMENSIONS], values);
      expect(await failure(importFeaturesStage.run(contextOf(path)))).to.contain(path + message);
      expect(readdirSync(work)).to.deep.equal(["records.npy"]);
    }
  });

  it("refuses a file with another number of rows than the corpus has records", async () => {
    const texts = Array.from({ length: 40 }, (_, i) => ({ text: `The text of record ${i}.`, source: `page ${i}` }));
    const datanets = [{ name: "Books", contributors: [{ name: "Ada", records: texts }] }];
    const corpus = join(work, "corpus.json");
    writeFileSync(corpus, JSON.stringify({ datanets, heldOut: [], tuning: [] }));
    const path = write("records.npy", [ROWS, DIMENSIONS], records);
    const run = Promise.resolve().then(() => importFeaturesStage.run(contextOf(path)));
    expect(await failure(run)).to.equal(`${path}: ${ROWS} rows for the 40 records of ${corpus}`);
    expect(readdirSync(work).sort()).to.deep.equal(["corpus.json", "records.npy"]);
  });

  it("makes a damaged basis anew, to the same bytes", async () => {
    const context = contextOf(write("records.npy", [ROWS, DIMENSIONS], records));
    await importFeaturesStage.run(context);
    const basis = join(work, "basis.safetensors");
    const whole = readFileSync(basis);
    writeFileSync(basis, whole.subarray(0, -10));
    expect(await importFeaturesStage.run(context)).to.include({ basisReused: false });
    expect(readFileSync(basis).equals(whole)).to.equal(true);
  });

  it("refuses too few rows, too few dimensions and odd sizes of sketches", async () => {
    const run = (features: string, k: number): Promise<string> =>
      failure(Promise.resolve().then(() => importFeaturesStage.run(contextOf(features, k))));
    const path = write("records.npy", [40, DIMENSIONS], records.slice(0, 40 * DIMENSIONS));
    expect(await run(path, 64)).to.contain("40 records; a basis of 64 dimensions");
    const narrow = write("narrow.npy", [80, 16], records.slice(0, 80 * 16));
    expect(await run(narrow, 32)).to.contain("vectors have 16 dimensions, too few for sketches of 32");
    expect(await run(path, 33)).to.contain("--k is 33");
  });

  it("sketches the records again from the same features, and from no others", async () => {
    const path = write("records.npy", [ROWS, DIMENSIONS], records);
    await importFeaturesStage.run(contextOf(path));
    const origin = loadBasis(join(work, "basis.safetensors")).origin as FeaturesOrigin;
    expect(await sketchRecordFeatures(contextOf(path), origin, kept)).to.deep.equal(
      loadSketches(join(work, "records.sketches")),
    );
    const others = write("others.npy", [ROWS, DIMENSIONS], records.slice().fill(1, 0, 1));
    expect(() => sketchRecordFeatures(contextOf(others), origin, kept)).to.throw(`${others}: not the features`);
  });

  it("refuses calls of another size or number", async () => {
    const origin = { kind: "features", features: "", tensor: null, dimensions: 16, size: 16 } as const;
    const path = write("calls.npy", [CALLS, DIMENSIONS], calls);
    expect(() => sketchCallFeatures(contextOf(path), origin, CALLS, kept)).to.throw(
      `${path}: 32 dimensions, the records`,
    );
    const right = { ...origin, dimensions: DIMENSIONS };
    expect(() => sketchCallFeatures(contextOf(path), right, 9, kept)).to.throw(`${path}: 8 rows for 9 calls`);
  });
});

/** Whitens rows by (FᵀF/n + λI), λ = `damping` times its mean diagonal: what the basis does, in 64 bits and without it. */
function whitenedBy(features: Float32Array, damping: number): (rows: Float32Array) => Float64Array {
  const count = features.length / DIMENSIONS;
  const moment = new Float64Array(DIMENSIONS * DIMENSIONS);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < DIMENSIONS; i++)
      for (let j = 0; j < DIMENSIONS; j++)
        moment[i * DIMENSIONS + j]! += (features[row * DIMENSIONS + i]! * features[row * DIMENSIONS + j]!) / count;
  let trace = 0;
  for (let i = 0; i < DIMENSIONS; i++) trace += moment[i * DIMENSIONS + i]!;
  for (let i = 0; i < DIMENSIONS; i++) moment[i * DIMENSIONS + i]! += (damping * trace) / DIMENSIONS;
  const inverse = inverseCholesky(moment, DIMENSIONS);
  return (rows) =>
    Float64Array.from({ length: rows.length }, (_, n) => {
      const [row, i] = [Math.floor(n / DIMENSIONS), n % DIMENSIONS];
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += inverse[i * DIMENSIONS + j]! * rows[row * DIMENSIONS + j]!;
      return sum;
    });
}

/** Products of one call with every record. */
function products(records: Float64Array, calls: Float64Array, call: number): number[] {
  return Array.from({ length: records.length / DIMENSIONS }, (_, record) => {
    let dot = 0;
    for (let i = 0; i < DIMENSIONS; i++) dot += calls[call * DIMENSIONS + i]! * records[record * DIMENSIONS + i]!;
    return dot;
  });
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [x, y] = [value - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb);
}
