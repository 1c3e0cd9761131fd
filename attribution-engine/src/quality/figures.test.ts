// Detection, payouts, damping and the table, on cases worked out by hand.
import { expect } from "chai";
import type { VectorSource } from "../sketch/vector-source.ts";
import { areaUnderCurve } from "./auc.ts";
import { dampingOfDecay } from "./damping.ts";
import { payoutError } from "./payout-error.ts";
import { qualityJson, qualityTable } from "./report.ts";

describe("figures of quality", () => {
  it("the area under the curve is the share of pairs in the right order, ties half", () => {
    expect(areaUnderCurve([3, 1, 2, 0], [0, 2])).to.equal(1);
    // Pairs (0, 1), (0, 3) and (2, 3) are right, (2, 1) is a tie.
    expect(areaUnderCurve([3, 1, 1, 0], [0, 2])).to.equal(0.875);
    expect(() => areaUnderCurve([1, 2], [])).to.throw("one kind only");
  });

  it("the payout error is the money that goes to other records", () => {
    const rows = [
      [3, 1, 0],
      [0, 0, 2],
    ];
    const others = [
      [1, 1, 0],
      [0, 0, 7],
    ];
    const of = (scores: number[][]) => (call: number) => scores[call]!;
    expect(payoutError(3, 2, of(rows), of(rows))).to.equal(0);
    // Of two calls' money a quarter of one call moves from record 0 to record 1.
    expect(payoutError(3, 2, of(rows), of(others))).to.be.closeTo(0.125, 1e-12);
    expect(payoutError(3, 1, of([[1, 0, 0]]), of([[0, 0, 1]]))).to.be.closeTo(1, 1e-12);
  });

  it("the damping is the objective's own, at least half the curvature's mean diagonal", async () => {
    const source = (values: number[]): VectorSource => ({
      count: 2,
      partRows: 2,
      rows: () => Promise.resolve({ count: 2, size: 2, values: Float32Array.from(values) }),
    });
    // Squares 1 + 9 + 4 + 2 = 16 over 4 coordinates: a mean diagonal of 4.
    const curved = source([1, 3, 2, Math.SQRT2]);
    expect(await dampingOfDecay(curved, 8, { workers: 1 })).to.be.closeTo(2, 1e-6);
    expect(await dampingOfDecay(curved, 1, { workers: 1 })).to.equal(0.5);
    const failure = await dampingOfDecay(source([0, 0, 0, 0]), 1, { workers: 1 }).catch((error: Error) => error);
    expect((failure as Error).message).to.contain("the curvature is zero");
  });

  it("the table has a row per setting and method, the JSON the figures of each, and both say how they were measured", () => {
    const protocol = {
      records: 4,
      queries: 3,
      tuningQueries: 2,
      subsets: 10,
      subsetShare: 0.5,
      seeds: 2,
      ceiling: 0.9,
    };
    const methods = {
      sketch: { k: 8, bytes: 8, lds: 0.5, ci: [0.4, 0.6] as const, auc: 0.7, int8Loss: 0.0001, payoutError: 0.01 },
      plain: {
        k: 16,
        bytes: 64,
        lds: 0.2,
        ci: [0.1, 0.3] as const,
        sketchAhead: { value: 0.3, ci: [0.2, 0.4] as const },
      },
    };
    const results = new Map([["small", { methods, protocol }]]);
    expect(JSON.parse(qualityJson(results, true))).to.deep.equal({
      small: methods,
      about: { quick: true, small: protocol },
    });
    const lines = qualityTable(results).split("\n");
    expect(lines[2]).to.match(/^small, sketch +8 +8 +0\.500 +0\.400 … 0\.600 +0\.700 +0\.00010 +0\.0100$/);
    expect(lines[3]).to.match(/^small, plain +16 +64 +0\.200 +0\.100 … 0\.300 +0\.300 \(0\.200 … 0\.400\)$/);
    expect(lines.at(-1)).to.equal(
      "small: 4 records, 3 queries, 10 subsets of 50 % × 2 seeds; a perfect prediction would score 0.900",
    );
  });
});
