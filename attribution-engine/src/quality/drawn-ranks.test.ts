// Correlations of drawn samples, against ranking the sample's own values.
import { expect } from "chai";
import fc from "fast-check";
import { drawnCorrelation, drawnRanks, orderOf } from "./drawn-ranks.ts";
import { spearman } from "./statistics.ts";

describe("rank correlations of drawn samples", () => {
  it("are those of the sample ranked by itself, with ties, items drawn often and items left out", () => {
    const item = fc.record({ a: fc.integer({ min: 0, max: 5 }), b: fc.integer({ min: 0, max: 9 }), count: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 12 }), (items) => {
        fc.pre(items.some(({ count }) => count > 0));
        const counts = Uint32Array.from(items, ({ count }) => count);
        const sample = items.flatMap((one) => Array.from({ length: one.count }, () => one));
        const [ofA, ofB] = [new Float64Array(items.length), new Float64Array(items.length)];
        const squares = drawnRanks(orderOf(items.map(({ a }) => a)), counts, ofA);
        const others = drawnRanks(orderOf(items.map(({ b }) => b)), counts, ofB);
        const direct = spearman(
          sample.map(({ a }) => a),
          sample.map(({ b }) => b),
        );
        expect(drawnCorrelation(counts, ofA, squares, ofB, others)).to.be.closeTo(direct, 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});
