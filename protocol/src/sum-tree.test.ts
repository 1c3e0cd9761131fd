// Tests of the tree builders against the reference tree.
import { expect } from "chai";
import fc from "fast-check";
import { MAX_U128 } from "./bytes.ts";
import { keccak256, keccak256Each } from "./keccak.ts";
import { verifyAbsence, verifyLeaf, verifyNode } from "./opening.ts";
import { buildSumTree, forestRoots, sumTreeOf, sumWords } from "./sum-tree.ts";
import { leavesOf } from "./testing/arbitraries.ts";
import { referenceNode } from "./testing/reference-tree.ts";

const depthAndLeaves = fc
  .constantFrom(0, 1, 3, 8, 24, 31, 32)
  .chain((depth) => fc.tuple(fc.constant(depth), leavesOf(depth, 12)));

describe("sumTreeOf", () => {
  it("has the reference's root, nodes and prefix sums", () => {
    fc.assert(
      fc.property(depthAndLeaves, fc.nat(0xffffffff), ([depth, leaves], anywhere) => {
        const tree = sumTreeOf(depth, leaves);
        expect(tree.root).to.deep.equal({ ...referenceNode(leaves, depth), depth });
        for (const key of [...leaves.map((leaf) => leaf.key), anywhere % 2 ** depth, 2 ** depth - 1]) {
          const left = leaves.filter((leaf) => leaf.key < key);
          expect(tree.prefix(key)).to.equal(left.reduce((sum, leaf) => sum + leaf.sum, 0n));
          const level = depth >> 1;
          const index = Math.floor(key / 2 ** (depth - level));
          const first = index * 2 ** (depth - level);
          const under = leaves.filter((leaf) => leaf.key >= first && leaf.key < first + 2 ** (depth - level));
          expect(tree.node(level, index)).to.deep.equal(referenceNode(under, depth - level, first));
        }
        expect(tree.prefix(2 ** depth)).to.equal(tree.root.sum);
      }),
      { numRuns: 150 },
    );
  });

  it("opens leaves, absences and inner nodes so that they verify, with their prefix sum", () => {
    fc.assert(
      fc.property(depthAndLeaves, fc.nat(0xffffffff), fc.nat(32), ([depth, leaves], anywhere, anyLevel) => {
        const tree = sumTreeOf(depth, leaves);
        for (const { key, sum, payload } of leaves) {
          const verdict = verifyLeaf(tree.root, key, sum, payload, tree.open(depth, key));
          expect(verdict).to.deep.equal({ valid: true, prefix: tree.prefix(key) });
        }
        const level = anyLevel % (depth + 1);
        const index = anywhere % 2 ** level;
        const node = tree.node(level, index);
        const prefix = tree.prefix(index * 2 ** (depth - level));
        const opening = tree.open(level, index);
        expect(verifyNode(tree.root, level, index, node, opening)).to.deep.equal({ valid: true, prefix });
        expect(verifyAbsence(tree.root, level, index, opening).valid).to.equal(
          node.sum === 0n && node.hash.every((byte) => byte === 0),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("places leaves without a key behind one another", () => {
    const payload = Uint8Array.of(1);
    const tree = sumTreeOf(4, [
      { sum: 1n, payload },
      { sum: 2n, payload },
      { key: 9, sum: 3n, payload },
      { sum: 4n, payload },
    ]);
    expect([0, 1, 9, 10].map((key) => tree.node(4, key).sum)).to.deep.equal([1n, 2n, 3n, 4n]);
  });

  it("refuses places out of order, places beyond the depth, sums that do not fit and depths that do not exist", () => {
    const payload = Uint8Array.of(1);
    const leaf = (key: number, sum = 1n) => ({ key, sum, payload });
    expect(() => sumTreeOf(3, [leaf(2), leaf(2)])).to.throw(RangeError, "leaf 1: place 2 follows 2");
    expect(() => sumTreeOf(3, [leaf(8)])).to.throw(RangeError, "place 8 is beyond depth 3");
    expect(() => sumTreeOf(3, [leaf(0, MAX_U128 + 1n)])).to.throw(RangeError, "leaf 0");
    expect(() => sumTreeOf(3, [leaf(-1)])).to.throw(RangeError, "leaf 0");
    expect(() => sumTreeOf(33, [])).to.throw(RangeError, "depth 33");
    expect(() => sumTreeOf(3, [leaf(0, MAX_U128), leaf(5, 0n), leaf(6, 1n)])).to.throw(RangeError, "leaf at place 6");
    expect(sumTreeOf(3, [leaf(0, MAX_U128), leaf(5, 0n)]).root.sum).to.equal(MAX_U128);
  });

  it("refuses to name nodes that the tree has no place for", () => {
    const tree = sumTreeOf(3, []);
    expect(() => tree.node(4, 0)).to.throw(RangeError, "level 4");
    expect(() => tree.node(2, 4)).to.throw(RangeError, "index 4");
    expect(() => tree.open(3, -1)).to.throw(RangeError, "index -1");
    expect(() => tree.prefix(9)).to.throw(RangeError, "index 9");
  });
});

describe("buildSumTree", () => {
  it("agrees with the reference over several kernel batches, dense and sparse", () => {
    for (const step of [1, 3]) {
      const count = 20_003;
      const payloads = Uint8Array.from({ length: 5 * count }, (_, i) => (i * 7) % 256);
      const leaves = Array.from({ length: count }, (_, i) => ({
        key: i * step + (step > 1 ? (i * i) % step : 0),
        sum: BigInt(i) << BigInt(i % 90),
        payload: payloads.slice(5 * i, 5 * i + 5),
      }));
      const tree = buildSumTree({
        depth: 32,
        ...(step > 1 && { keys: Uint32Array.from(leaves, (leaf) => leaf.key) }),
        sums: sumWords(leaves.map((leaf) => leaf.sum)),
        payloadHashes: keccak256Each(payloads, 5),
      });
      expect(tree.root).to.deep.equal({ ...referenceNode(leaves, 32), depth: 32 });
    }
  });

  it("refuses tables of different lengths", () => {
    const sums = new BigUint64Array(4);
    expect(() => buildSumTree({ depth: 4, sums, payloadHashes: new Uint8Array(32) })).to.throw(RangeError, "2 sums");
  });
});

describe("forestRoots", () => {
  it("has the roots of the trees built one by one", () => {
    const counts = Uint32Array.from([0, 1, 2, 3, 9000, 0, 5, ...Array.from({ length: 9000 }, (_, i) => i % 3)]);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const payloads = Uint8Array.from({ length: total * 4 }, (_, i) => (i * i) % 256);
    const sums = sumWords(Array.from({ length: total }, (_, i) => BigInt(i) << 40n));
    const payloadHashes = keccak256Each(payloads, 4);
    const depth = 14;
    const roots = forestRoots({ depth, counts, sums, payloadHashes });
    let first = 0;
    counts.forEach((count, i) => {
      if (i < 30 || i % 997 === 0) {
        const tree = buildSumTree({
          depth,
          sums: sums.slice(2 * first, 2 * (first + count)),
          payloadHashes: payloadHashes.slice(32 * first, 32 * (first + count)),
        });
        expect(roots.hashes.slice(32 * i, 32 * i + 32)).to.deep.equal(tree.root.hash);
        expect((roots.sums[2 * i]! << 64n) | roots.sums[2 * i + 1]!).to.equal(tree.root.sum);
      }
      first += count;
    });
  });

  it("refuses tables of different lengths, trees beyond their depth and sums that overflow", () => {
    const payloadHashes = new Uint8Array(64);
    const counts = Uint32Array.of(2);
    expect(() => forestRoots({ depth: 4, counts, sums: new BigUint64Array(2), payloadHashes })).to.throw(RangeError);
    expect(() => forestRoots({ depth: 0, counts, sums: new BigUint64Array(4), payloadHashes })).to.throw(
      RangeError,
      "tree 0",
    );
    const sums = sumWords([MAX_U128, 1n]);
    expect(() => forestRoots({ depth: 4, counts, sums, payloadHashes })).to.throw(RangeError, "2^128");
  });
});

describe("the empty tree", () => {
  it("is (0, 0) and proves every absence", () => {
    const tree = sumTreeOf(28, []);
    expect(tree.root).to.deep.equal({ hash: new Uint8Array(32), sum: 0n, depth: 28 });
    expect(verifyAbsence(tree.root, 28, 12345, tree.open(28, 12345))).to.deep.equal({ valid: true, prefix: 0n });
    expect(verifyLeaf(tree.root, 0, 0n, keccak256(new Uint8Array()), tree.open(28, 0)).valid).to.equal(false);
  });
});
