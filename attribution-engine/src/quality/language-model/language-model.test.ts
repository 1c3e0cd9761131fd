/** Tests of the trials on the language model, on a model that is small enough to be trained here. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ADAPTER_RECIPE, trainAdapter } from "../../model/adapter.ts";
import { textLosses } from "../../model/losses.ts";
import { smallModel } from "../../sketch/test/small-model.ts";
import type { Rows, VectorSource } from "../../sketch/vector-source.ts";
import { drawSubsets } from "../lds.ts";
import { dividedByLength } from "./baselines.ts";
import { everyRow, rememberedVectors } from "./remembered-vectors.ts";
import { centred, meanHiddenStates } from "./representations.ts";
import { outcomesOf, retrainOnSubsets } from "./retrainings.ts";
import { shuffleRecords } from "./shuffled-records.ts";

const { base, texts, tokens } = smallModel();
const RECIPE = { ...ADAPTER_RECIPE, rank: 2, batch: 8, epochs: 2, peakRate: 1e-2, warmupSteps: 2 };

function rows(size: number, ...values: number[]): Rows {
  return { count: values.length / size, size, values: Float32Array.from(values) };
}

describe("training on subsets", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "retrainings-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const design = {
    ...{ model: base, recipe: RECIPE, records: tokens.slice(0, 32), queries: tokens.slice(32, 40) },
    subsets: drawSubsets(32, 16, 2, 1),
  };

  it("measures what each training makes of the queries, and keeps it for more seeds and subsets", async () => {
    const one = await retrainOnSubsets({ ...design, seeds: [1] }, folder, { workers: 2 });
    const kept = readdirSync(folder);
    expect(kept).to.have.length(2);
    const weights = new Float32Array(32);
    for (const record of design.subsets[1]!) weights[record] = 1;
    const adapter = await trainAdapter(base, design.records, { recipe: RECIPE, recordWeights: weights });
    const losses = await textLosses(base, adapter, design.queries);
    expect([...one.bySeed[0]![1]!]).to.deep.equal([...losses].map((loss) => -loss));
    let trained = 0;
    const onProgress = (): void => void trained++;
    const two = await retrainOnSubsets({ ...design, seeds: [1, 2] }, folder, { workers: 1, onProgress });
    expect(trained).to.equal(2);
    expect(two.bySeed[0]).to.deep.equal(one.bySeed[0]);
    expect(two.bySeed[1]![0]).not.to.deep.equal(two.bySeed[0]![0]);
    expect(readdirSync(folder)).to.include.members(kept).and.to.have.length(4);
    expect([...outcomesOf(two, 3, 2).bySeed[0]![1]!]).to.deep.equal([...losses.slice(3, 5)].map((loss) => -loss));
  });
  it("computes batches without the records that are left out, to the same adapter", async () => {
    const [left, nearly] = [0, 1e-30].map((out) =>
      Float32Array.from(design.records, (_, record) => (record % 3 === 0 ? 1 : out)),
    );
    const of = (recordWeights: Float32Array) => trainAdapter(base, design.records, { recipe: RECIPE, recordWeights });
    const [without, within] = [await of(left!), await of(nearly!)];
    for (const [name, { data }] of without.weights) {
      const other = within.weights.get(name)!.data;
      const distance = Math.hypot(...data.map((value, i) => value - other[i]!));
      expect(distance, name).to.be.below(1e-3 * Math.hypot(...other));
    }
  });
});

describe("what methods on the language model are made of", () => {
  it("remembers vectors, and maps what it remembers", async () => {
    const made: string[] = [];
    const source: VectorSource = {
      count: 3,
      partRows: 3,
      rows: (chosen, kind) => {
        made.push(`${kind} ${chosen.join()}`);
        return Promise.resolve(rows(2, ...chosen.flatMap((row) => [row, 10 * row])));
      },
    };
    const remembered = rememberedVectors(source);
    const work = { workers: 1 };
    expect([...(await remembered.rows([2, 0], "own", undefined, work)).values]).to.deep.equal([2, 20, 0, 0]);
    const map = { matrix: Float32Array.of(1, 2, 3, 4, 5, 6), columns: 3 };
    const mapped = await remembered.rows(everyRow(source), "own", map, work);
    expect([...mapped.values]).to.deep.equal([0, 0, 0, 41, 52, 63, 82, 104, 126]);
    await remembered.rows([1], "sampled", undefined, work);
    await remembered.rows([1], "sampled", undefined, work);
    expect(made).to.deep.equal(["own 0,1,2", "sampled 1"]);
  });
  it("scales gradients by a power of their length, and centres representations", () => {
    const given = rows(2, 3, 4, 0, 0);
    expect([...dividedByLength(given, 0).values]).to.deep.equal([3, 4, 0, 0]);
    expect([...dividedByLength(given, 1).values].map((value) => value.toFixed(6))).to.deep.equal([
      "0.600000",
      "0.800000",
      "0.000000",
      "0.000000",
    ]);
    expect([...centred(given, given).values]).to.deep.equal([1.5, 2, -1.5, -2]);
  });
  it("represents a text by itself, whatever stands beside it", async () => {
    const adapter = await trainAdapter(base, tokens, { recipe: { ...RECIPE, epochs: 1 } });
    const all = await meanHiddenStates(base, adapter, tokens.slice(0, 40));
    const one = await meanHiddenStates(base, adapter, [tokens[37]!]);
    expect([...one.values]).to.deep.equal([...all.values.slice(37 * one.size, 38 * one.size)]);
  });
  it("shuffles a share of the records and tells which", () => {
    const { shuffled, ...made } = shuffleRecords(base, { texts, tokens }, 0.25, 1);
    expect(new Set(shuffled).size).to.equal(24);
    tokens.forEach((own, place) => {
      if (!shuffled.includes(place)) expect(made.tokens[place]).to.equal(own);
      expect([...made.tokens[place]!].sort()).to.deep.equal([...own].sort());
    });
    expect(shuffled.filter((place) => made.texts[place] !== texts[place]).length).to.be.above(20);
  });
});
