// Tests of re-execution: honest sketches agree with it, and what was forged does not.
import { expect } from "chai";
import { checkSketches, type SketchRows } from "./check-sketches.ts";
import type { Sketches } from "./quantise.ts";
import { sketchTexts } from "./sketch-texts.ts";
import { sketchable, smallModel } from "./test/small-model.ts";

describe("checkSketches", () => {
  let honest: Sketches;
  let again: Sketches;

  before(async () => {
    const { base, tokens } = smallModel();
    const { adapter, basis } = await sketchable(base, tokens);
    honest = await sketchTexts(base, adapter, basis, tokens, 32, { workers: 2 });
    again = await sketchTexts(base, adapter, basis, tokens, 32, { workers: 1 });
  });

  const forged = (change: (rows: { sketches: Int8Array; scales: Uint32Array }) => void): SketchRows => {
    const rows = { sketches: honest.sketches.slice(), scales: honest.scales.slice() };
    change(rows);
    return { k: honest.k, ...rows };
  };

  it("finds nothing in what was honestly sketched", () => {
    expect(checkSketches(honest, again)).to.deep.equal([]);
  });

  it("finds another text's sketch, a bent coordinate and a bent scale, each at its place", () => {
    const { k } = honest;
    const swapped = forged(({ sketches }) => sketches.set(honest.sketches.subarray(0, k), 5 * k));
    expect(checkSketches(swapped, again).map(({ place }) => place)).to.deep.equal([5]);
    const bent = forged(({ sketches }) => {
      sketches[7 * k + 3]! += sketches[7 * k + 3]! > 0 ? -2 : 2;
    });
    expect(checkSketches(bent, again)).to.deep.equal([{ place: 7, coordinates: 1, largest: 2 }]);
    const scaled = forged(({ scales }) => {
      scales[9]! *= 2;
    });
    const scales = [2 * honest.scales[9]!, honest.scales[9]!];
    expect(checkSketches(scaled, again)).to.deep.equal([{ place: 9, coordinates: 0, largest: 0, scales }]);
  });

  it("compares no record that is in withdrawn form", () => {
    const { k } = honest;
    const emptied = forged(({ sketches, scales }) => {
      sketches.fill(0, 4 * k, 6 * k);
      scales.fill(0, 4, 6);
    });
    expect(checkSketches(emptied, again).map(({ place }) => place)).to.deep.equal([4, 5]);
    expect(checkSketches(emptied, again, (place) => place === 4).map(({ place }) => place)).to.deep.equal([5]);
  });

  it("compares no scales of calls, which have none", () => {
    const { k, sketches } = honest;
    expect(checkSketches({ k, sketches }, again)).to.deep.equal([]);
  });

  it("names how many there are where they cannot be compared", () => {
    const { k, sketches } = honest;
    const fewer = { k, sketches: sketches.subarray(k) };
    expect(() => checkSketches(honest, fewer)).to.throw("96 sketches of 16 coordinates committed, 95 of 16 recomputed");
  });
});
