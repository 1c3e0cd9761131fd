// The linear datamodelling score on cases worked out by hand, and outcomes that are kept.
import { expect } from "chai";
import { drawSubsets, LdsMeasure, predictOutcomes } from "./lds.ts";
import { createRandom } from "../numerics/random.ts";

const SUBSETS = [
  [0, 1],
  [0, 2],
  [1, 2],
].map((rows) => Uint32Array.from(rows));

describe("the linear datamodelling score", () => {
  it("draws subsets of the asked size, each record once", () => {
    const subsets = drawSubsets(10, 5, 40, 1);
    for (const subset of subsets) {
      expect(new Set(subset).size).to.equal(5);
      expect([...subset]).to.deep.equal([...subset].sort((a, b) => a - b));
    }
    expect(new Set(subsets.map((subset) => subset.join())).size).to.be.greaterThan(30);
  });

  it("predicts the sum of the scores of a subset's records", () => {
    const scores = [
      [1, 2, 4],
      [0, -1, 3],
    ];
    expect(predictOutcomes(SUBSETS, 2, (query) => scores[query]!).map((row) => [...row])).to.deep.equal([
      [3, 5, 6],
      [-1, 3, 2],
    ]);
    expect(() => predictOutcomes(SUBSETS, 1, () => [1, NaN, 1])).to.throw("query 0: the score of record 1 is NaN");
    expect(() => predictOutcomes(SUBSETS, 1, () => [1, 2])).to.throw("query 0: the score of record 2 is undefined");
  });

  it("is the mean over queries of the rank correlation with the outcomes' mean over seeds", () => {
    // Query 0: means 1, 2, 3, ranked as predicted: 1. Query 1: means 3, 1, 2 against predicted 1, 2, 3: −1/2.
    const measure = new LdsMeasure({
      subsets: SUBSETS,
      bySeed: [
        [Float64Array.of(1, 3), Float64Array.of(2, 0), Float64Array.of(2, 2)],
        [Float64Array.of(1, 3), Float64Array.of(2, 2), Float64Array.of(4, 2)],
      ],
    });
    const predicted = [Float64Array.of(3, 5, 6), Float64Array.of(1, 2, 3)];
    expect([...measure.perQuery(predicted)].map((value) => Math.round(1e9 * value) / 1e9)).to.deep.equal([1, -0.5]);
    const { value, low, high } = measure.score(predicted);
    expect(value).to.be.closeTo(0.25, 1e-12);
    expect(low).to.be.lessThan(value);
    expect(high).to.be.greaterThan(value);
  });

  it("finds the difference of two methods sure where one is better on every query", () => {
    const random = createRandom(1);
    const truth = Array.from({ length: 30 }, () => Float64Array.from({ length: 20 }, () => random.normal()));
    const outcome = (noise: number): Float64Array[] =>
      Array.from({ length: 20 }, (_, subset) =>
        Float64Array.from(truth, (row) => row[subset]! + noise * random.normal()),
      );
    const measure = new LdsMeasure({
      subsets: drawSubsets(8, 4, 20, 1),
      bySeed: [outcome(0.3), outcome(0.3), outcome(0.3)],
    });
    const worse = truth.map((row) => row.map((value) => value + 2 * random.normal()));
    const [best, difference] = [measure.score(truth), measure.difference(truth, worse)];
    expect(difference.low).to.be.greaterThan(0.2);
    expect(difference.value).to.be.closeTo(best.value - measure.score(worse).value, 1e-12);
    expect(measure.difference(truth, truth)).to.deep.equal({ value: 0, low: 0, high: 0 });
    // The outcomes' mean has a variance of 0.03 around the truth: its correlation with the truth is about 1/√1.03.
    expect(measure.ceiling()).to.be.closeTo(0.98, 0.02);
    expect(best.value).to.be.closeTo(measure.ceiling(), 0.02);
  });

  it("refuses outcomes that are missing or not finite", () => {
    const wrong =
      (bySeed: Float64Array[][]): (() => LdsMeasure) =>
      () =>
        new LdsMeasure({ subsets: SUBSETS, bySeed });
    const row = Float64Array.of(1, 2);
    expect(wrong([])).to.throw("no outcomes");
    expect(wrong([[row, row]])).to.throw("seed 0: 2 outcomes of 3 subsets");
    expect(wrong([[row, row, Float64Array.of(1)]])).to.throw("seed 0, subset 2: 1 queries, expected 2");
    expect(wrong([[row, row, Float64Array.of(1, NaN)]])).to.throw("seed 0, subset 2: the outcome of query 1 is NaN");
    const measure = new LdsMeasure({ subsets: SUBSETS, bySeed: [[row, row, row]] });
    expect(() => measure.perQuery([Float64Array.of(1, 2, 3)])).to.throw("predictions of 1 queries, expected 2");
  });
});
