// Tests of suffix sorting against a comparison of all suffixes.
import { expect } from "chai";
import fc from "fast-check";
import { suffixArray } from "./suffix-array.ts";

function sortedNaively(text: Uint16Array): number[] {
  const order = Array.from(text, (_, i) => i);
  const compare = (a: number, b: number): number => {
    while (a < text.length && b < text.length) {
      if (text[a] !== text[b]) return text[a]! - text[b]!;
      a++;
      b++;
    }
    return b - a;
  };
  return order.sort(compare);
}

function expectSorted(symbols: readonly number[], alphabet: number): void {
  const text = Uint16Array.from(symbols);
  expect(Array.from(suffixArray(text, alphabet))).to.deep.equal(sortedNaively(text));
}

describe("suffixArray", () => {
  it("sorts as a comparison of all suffixes does, over alphabets of any size", () => {
    const texts = fc
      .constantFrom(1, 2, 3, 8, 65_536)
      .chain((alphabet) =>
        fc.tuple(fc.array(fc.nat(alphabet - 1), { maxLength: 300, size: "max" }), fc.constant(alphabet)),
      );
    fc.assert(
      fc.property(texts, ([symbols, alphabet]) => expectSorted(symbols, alphabet)),
      { numRuns: 1_000 },
    );
  });

  it("sorts repetitions of a block, which recurse", () => {
    const texts = fc.tuple(fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(texts, ([block, times]) => expectSorted(Array.from({ length: times }, () => block).flat(), 4)),
      { numRuns: 300 },
    );
  });

  for (const [what, symbols] of [
    ["no symbols", []],
    ["one symbol", [7]],
    ["equal symbols", Array.from({ length: 500 }, () => 5)],
    ["rising symbols", Array.from({ length: 500 }, (_, i) => i)],
    ["falling symbols", Array.from({ length: 500 }, (_, i) => 500 - i)],
  ] as const) {
    it(`sorts ${what}`, () => expectSorted(symbols, 512));
  }

  it("says how far it is, up to all of it", () => {
    const shares: number[] = [];
    suffixArray(Uint16Array.of(3, 1, 2, 3, 1, 2, 0), 4, (share) => shares.push(share));
    expect(shares.at(-1)).to.equal(1);
    expect(shares).to.deep.equal([...shares].sort((a, b) => a - b));
  });
});
