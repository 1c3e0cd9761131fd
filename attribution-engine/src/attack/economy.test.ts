// How much a record's gradient may count.
import { expect } from "chai";
import { capScales } from "./economy.ts";

describe("scales of an economy", () => {
  it("count up to a quantile of those that are kept, an outlier's up to a lower one", () => {
    const scales = Uint32Array.of(0, 10, 20, 30, 40, 0, 50, 60, 70, 800);
    const outliers = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
    const capped = capScales(scales, outliers, { ofAll: 0.875, ofOutliers: 0.25 });
    expect([...capped]).to.deep.equal([0, 10, 20, 30, 20, 0, 50, 60, 70, 70]);
  });

  it("stay 0 where nothing is kept", () => {
    const nothing = new Uint32Array(3);
    expect([...capScales(nothing, new Uint8Array(3), { ofAll: 0.9, ofOutliers: 0.25 })]).to.deep.equal([0, 0, 0]);
  });
});
