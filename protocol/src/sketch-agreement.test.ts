// Tests of the tolerance between sketches.
import { expect } from "chai";
import { scalesAgree, sketchDifference, sketchesAgree } from "./sketch-agreement.ts";

const committed = new Int8Array(256).fill(5);
const changed = (count: number, by: number) => committed.map((x, i) => (i < count ? x + by : x));

describe("sketchesAgree", () => {
  it("allows 2 % of the coordinates to differ by 1", () => {
    expect(sketchesAgree(committed, changed(5, 1))).to.equal(true);
    expect(sketchesAgree(committed, changed(5, -1))).to.equal(true);
    expect(sketchesAgree(committed, changed(6, 1))).to.equal(false);
    expect(sketchesAgree(committed, changed(1, 2))).to.equal(false);
    expect(sketchesAgree(committed, new Int8Array(32))).to.equal(false);
  });
});

describe("sketchDifference", () => {
  it("counts the coordinates that differ, and says by how much", () => {
    expect(sketchDifference(committed, committed)).to.deep.equal({ coordinates: 0, largest: 0 });
    expect(sketchDifference(committed, changed(3, -9))).to.deep.equal({ coordinates: 3, largest: 9 });
    expect(sketchDifference(Int8Array.of(-127), Int8Array.of(127))).to.deep.equal({ coordinates: 1, largest: 254 });
    expect(() => sketchDifference(committed, new Int8Array(32))).to.throw(RangeError, "256 and 32");
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
