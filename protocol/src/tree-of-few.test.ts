// Tests of trees over few leaves against the builder with kernels.
import { expect } from "chai";
import fc from "fast-check";
import { nodeOver, rootOver } from "./tree-of-few.ts";
import { sumTreeOf } from "./sum-tree.ts";

const DEPTH = 12;

describe("a tree over few leaves", () => {
  const leaf = fc.record({
    place: fc.integer({ min: 0, max: 2 ** DEPTH - 1 }),
    sum: fc.bigInt({ min: 0n, max: 2n ** 100n }),
    payload: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  });
  const leaves = fc
    .uniqueArray(leaf, { selector: ({ place }) => place, maxLength: 20 })
    .map((all) => all.toSorted((a, b) => a.place - b.place));

  it("has the root and the nodes of the builder's", () => {
    fc.assert(
      fc.property(leaves, fc.integer({ min: 0, max: DEPTH }), (of, level) => {
        const tree = sumTreeOf(
          DEPTH,
          of.map(({ place, ...each }) => ({ key: place, ...each })),
        );
        expect(rootOver(DEPTH, of)).to.deep.equal(tree.root);
        const indexes = new Set(of.map(({ place }) => Math.floor(place / 2 ** (DEPTH - level))));
        for (const index of indexes) {
          const below = of.filter(({ place }) => Math.floor(place / 2 ** (DEPTH - level)) === index);
          expect(nodeOver(DEPTH, level, below)).to.deep.equal(tree.node(level, index));
        }
      }),
    );
  });

  it("is refused where places are out of order, beyond it or not below one node, and where sums overflow", () => {
    const payload = Uint8Array.of(1);
    const of = (...places: number[]) => places.map((place) => ({ place, sum: 1n, payload }));
    expect(() => rootOver(DEPTH, of(3, 2))).to.throw(RangeError, "leaf 1: place 2");
    expect(() => rootOver(DEPTH, of(2, 2))).to.throw(RangeError, "leaf 1: place 2");
    expect(() => rootOver(DEPTH, of(2 ** DEPTH))).to.throw(RangeError, "leaf 0");
    expect(() => nodeOver(DEPTH, DEPTH - 1, of(1, 2))).to.throw(RangeError, "below 2 nodes");
    const huge = [2, 3].map((place) => ({ place, sum: 2n ** 127n, payload }));
    expect(() => rootOver(DEPTH, huge)).to.throw(RangeError, "add up to too much");
  });
});
