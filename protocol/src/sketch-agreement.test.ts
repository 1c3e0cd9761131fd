// Tests of the tolerance between sketches.
import { expect } from "chai";
import { scalesAgree, sketchesAgree } from "./sketch-agreement.ts";

describe("sketchesAgree", () => {
  const committed = new Int8Array(256).fill(5);
  const changed = (count: number, by: number) => committed.map((x, i) => (i < count ? x + by : x));

  it("allows 2 % of the coordinates to differ by 1", () => {
    expect(sketchesAgree(committed, changed(5, 1))).to.equal(true);
    expect(sketchesAgree(committed, changed(5, -1))).to.equal(true);
    expect(sketchesAgree(committed, changed(6, 1))).to.equal(false);
    expect(sketchesAgree(committed, changed(1, 2))).to.equal(false);
    expect(sketchesAgree(committed, new Int8Array(32))).to.equal(false);
  });
});

describe("scalesAgree", () => {
  it("allows 1/4096 of the committed scale, or 1", () => {
    expect(scalesAgree(8192, 8194)).to.equal(true);
    expect(scalesAgree(8191, 8193)).to.equal(false);
    expect(scalesAgree(5, 6)).to.equal(true);
    expect(scalesAgree(5, 7)).to.equal(false);
  });
});
