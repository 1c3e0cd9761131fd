// Records that were withdrawn keep their places without texts: stages that train and sketch leave them out.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { npyBytes } from "../features/test/npy-bytes.ts";
import { saveBase } from "../model/checkpoint.ts";
import { createRandom, normals } from "../numerics/random.ts";
import { loadSketches } from "../sketch/sketch-file.ts";
import { smallModel } from "../sketch/test/small-model.ts";
import { atPlaces } from "./at-places.ts";
import { describeSpans } from "./evidence.ts";
import { type CorpusFile, textRecords } from "./files.ts";
import { importFeaturesStage } from "./import-features.ts";
import { trainingChoice, trainStage } from "./train.ts";

const K = 32;
const WITHDRAWN = [0, 3, 41];
const COUNT = 42;

/** A corpus of which some records were withdrawn. */
function corpusWith(withdrawn: readonly number[]): CorpusFile {
  const random = createRandom(1);
  const records = Array.from({ length: COUNT }, (_, place) => {
    const source = `page ${place}`;
    const text = Array.from({ length: 5 }, () => `w${100 + random.below(900)}`).join(" ");
    return withdrawn.includes(place) ? { recordHash: `0x${"ab".repeat(32)}` as const, source } : { text, source };
  });
  const contributors = [
    { name: "Ada", records: records.slice(0, 4) },
    { name: "Bea", records: records.slice(4) },
  ];
  const about = { name: "Books", description: "", origin: "", licence: "" };
  const held = { text: "w123 w456 w789", prompt: "w123", datanet: 0, contributor: "Ada", source: "page" };
  return { datanets: [{ ...about, contributors }], heldOut: [held], tuning: [] };
}

describe("records that were withdrawn", () => {
  const corpus = corpusWith(WITHDRAWN);

  it("are in no choice of what is trained on, and no span of an answer stands in them", async () => {
    const { records, rows } = await trainingChoice(corpus);
    const trained = rows.map((row) => records[row]!.place);
    expect(trained).to.deep.equal([...Array(COUNT).keys()].filter((place) => !WITHDRAWN.includes(place)));
    const span = { start: 0, end: 4, total: 1, matches: [{ record: 2, start: 0 }] };
    const [described] = describeSpans([span as never], textRecords(corpus));
    // The third text stands at the place after the second record that was withdrawn.
    expect(described!.records).to.deep.equal([{ place: 4, contributor: "Bea", source: "page 4", start: 0 }]);
  });

  it("leave the same model as if they had never been there", async () => {
    const work = mkdtempSync(join(tmpdir(), "tributary-withdrawn-"));
    try {
      const base = join(work, "base");
      mkdirSync(base);
      saveBase(base, smallModel().base);
      const train = async (of: CorpusFile) => {
        writeFileSync(join(work, "corpus.json"), JSON.stringify(of));
        return trainStage.run({ work, options: { base }, onProgress: () => undefined });
      };
      const { withdrawnLeftOut, ...trained } = (await train(corpus)) as Record<string, unknown>;
      expect(withdrawnLeftOut).to.equal(WITHDRAWN.length);
      const [datanet] = corpus.datanets;
      const contributors = datanet!.contributors.map(({ name, records }) => ({
        name,
        records: records.filter((record) => "text" in record),
      }));
      const without = { ...corpus, datanets: [{ ...datanet!, contributors }] };
      expect(await train(without)).to.deep.equal({ ...trained, withdrawnLeftOut: 0 });
      expect(await train(corpusWith([])))
        .to.have.property("weightsHash")
        .not.equal(trained["weightsHash"]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });

  it("have zero sketches at their places, and the others their own", () => {
    const rows = COUNT - WITHDRAWN.length;
    const made = {
      ...{ count: rows, k: 2 },
      sketches: Int8Array.from({ length: 2 * rows }, (_, i) => i + 1),
      scales: Uint32Array.from({ length: rows }, (_, i) => 100 + i),
    };
    const placed = atPlaces(made, corpus);
    expect([placed.count, placed.scales[0], placed.scales[1], placed.scales[3], placed.scales[4]]).to.deep.equal([
      ...[COUNT, 0, 100, 0, 102],
    ]);
    expect([...placed.sketches.subarray(0, 10)]).to.deep.equal([0, 0, 1, 2, 3, 4, 0, 0, 5, 6]);
    expect(atPlaces(placed, corpusWith([]))).to.equal(placed);
    expect(() => atPlaces(placed, corpus)).to.throw(`${COUNT} sketches of ${rows} records that have texts`);
  });

  it("have no row in imported features", async () => {
    const work = mkdtempSync(join(tmpdir(), "tributary-withdrawn-"));
    try {
      writeFileSync(join(work, "corpus.json"), JSON.stringify(corpus));
      const features = join(work, "features.npy");
      const write = (rows: number): void =>
        writeFileSync(features, npyBytes("<f4", [rows, K], normals(createRandom(3), rows * K, 1)));
      const context = { work, options: { features, k: String(K), workers: "1" }, onProgress: () => undefined };
      write(COUNT);
      const refused = await Promise.resolve()
        .then(() => importFeaturesStage.run(context))
        .catch(String);
      expect(refused).to.include(`${COUNT} rows for the ${COUNT - WITHDRAWN.length} records of`);
      write(COUNT - WITHDRAWN.length);
      expect(await importFeaturesStage.run(context)).to.include({ records: COUNT });
      const { scales } = loadSketches(join(work, "records.sketches"));
      expect([...scales.keys()].filter((place) => scales[place] === 0)).to.deep.equal(WITHDRAWN);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
});
