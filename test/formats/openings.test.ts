// Sum trees and openings: the Solidity library against the TypeScript twin, on random trees and hostile bytes (docs/formats.md §2, §4).
import { expect } from "chai";
import fc from "fast-check";
import { toHex } from "viem";
import { keccak256 } from "@tributary/protocol/keccak";
import type { Node, Root } from "@tributary/protocol/node";
import { verifyAbsence, verifyLeafHash, verifyNode, type Verdict } from "@tributary/protocol/opening";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { formatsHarness } from "../support/formats.ts";
import { loadFixture } from "../support/network.ts";

const LEAF = 0;
const ABSENCE = 1;
const NODE = 2;

type Query = { mode: number; root: Root; level: number; index: number; node: Node; opening: Uint8Array };

const DEPTHS = [0, 1, 3, 8, 16, 24, 28, 32];

const u128 = fc.oneof(
  fc.bigInt({ min: 0n, max: 5n }),
  fc.bigInt({ min: 0n, max: 2n ** 100n }),
  fc.bigInt({ min: 0n, max: 2n ** 120n }),
);

const tree = fc.constantFrom(...DEPTHS).chain((depth) => {
  const key = fc.oneof(fc.nat({ max: 2 ** depth - 1 }), fc.nat({ max: Math.min(2 ** depth - 1, 9) }));
  const leaf = fc.record({ key, sum: u128, payload: fc.uint8Array({ maxLength: 20 }) });
  return fc.uniqueArray(leaf, { maxLength: 12, selector: (entry) => entry.key }).map((leaves) =>
    sumTreeOf(
      depth,
      leaves.sort((a, b) => a.key - b.key),
    ),
  );
});

/** How an honest query is spoiled. */
const mutation = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "none" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), bit: fc.nat({ max: 7 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("extend" as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 50 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sum" as const), sum: u128 }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("index" as const), index: fc.nat({ max: 2 ** 32 - 1 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("junk" as const), bytes: fc.uint8Array({ maxLength: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("root" as const), sum: u128 }) },
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function spoil(query: Query, change: Mutation): Query {
  const { opening } = query;
  switch (change.kind) {
    case "none":
      return query;
    case "flip": {
      if (opening.length === 0) return query;
      const flipped = opening.slice();
      flipped[change.at % opening.length]! ^= 1 << change.bit;
      return { ...query, opening: flipped };
    }
    case "cut":
      return { ...query, opening: opening.slice(0, change.at % (opening.length + 1)) };
    case "extend":
      return { ...query, opening: Uint8Array.from([...opening, ...change.bytes]) };
    case "sum":
      return { ...query, node: { ...query.node, sum: change.sum } };
    case "index":
      return { ...query, index: change.index };
    case "junk":
      return { ...query, opening: change.bytes };
    case "root":
      return { ...query, root: { ...query.root, sum: change.sum } };
  }
}

const queries = fc.tuple(
  tree,
  fc.array(
    fc.record({
      mode: fc.constantFrom(LEAF, ABSENCE, NODE),
      level: fc.nat({ max: 32 }),
      place: fc.nat({ max: 2 ** 32 - 1 }),
      near: fc.boolean(),
      change: mutation,
    }),
    { minLength: 25, maxLength: 25 },
  ),
);

/** The query's own answer by the twin. */
function judge({ mode, root, level, index, node, opening }: Query): Verdict {
  if (mode === LEAF) return verifyLeafHash(root, index, node.sum, node.hash, opening);
  if (mode === ABSENCE) return verifyAbsence(root, level, index, opening);
  return verifyNode(root, level, index, node, opening);
}

describe("SumTree against the TypeScript twin", () => {
  it("judges every opening alike, honest or hostile, with the same prefix sum, and never reverts", async () => {
    const harness = await loadFixture(formatsHarness);
    let holding = 0;
    let failing = 0;
    await fc.assert(
      fc.asyncProperty(queries, async ([built, drawn]) => {
        const { depth } = built.root;
        const asked = drawn.map(({ mode, level, place, near, change }): Query => {
          const at = mode === LEAF ? depth : Math.min(level, depth);
          const index = (near ? place % 10 : place) % 2 ** at;
          const node = built.node(at, index);
          const leaf = { hash: keccak256(Uint8Array.of(place % 256)), sum: node.sum };
          const honest = { mode, root: built.root, level: at, index, opening: built.open(at, index) };
          return spoil({ ...honest, node: mode === LEAF ? leaf : node }, change);
        });
        const expected = asked.map(judge);
        const { ok, prefixes } = await harness.verify(
          asked.map((query) => ({
            mode: query.mode,
            root: { hash: toHex(query.root.hash), sum: query.root.sum },
            depth,
            level: query.level,
            index: query.index,
            hash: toHex(query.node.hash),
            sum: query.node.sum,
            opening: toHex(query.opening),
          })),
        );
        expected.forEach((verdict, i) => {
          expect(ok[i], `${i}: ${JSON.stringify(verdict, (_, v: unknown) => String(v))}`).to.equal(verdict.valid);
          if (verdict.valid) expect(prefixes[i]).to.equal(verdict.prefix);
          if (verdict.valid) holding++;
          else failing++;
        });
      }),
      { numRuns: 120, seed: 7 },
    );
    expect(Math.min(holding, failing), `${holding} held, ${failing} did not`).to.be.greaterThan(300);
  });

  it("opens every leaf of a random tree, with its prefix sum, in the boolean and the requiring form", async () => {
    const harness = await loadFixture(formatsHarness);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(8, 28, 32),
        fc.uniqueArray(fc.nat({ max: 255 }), { minLength: 1, maxLength: 20 }),
        async (depth, places) => {
          const keys = places.sort((a, b) => a - b);
          const payload = (key: number): Uint8Array => Uint8Array.of(key, 1, 2);
          const built = sumTreeOf(
            depth,
            keys.map((key) => ({ key, sum: BigInt(key) * 3n + 1n, payload: payload(key) })),
          );
          const opened = keys.map((key) => ({
            mode: LEAF,
            root: { hash: toHex(built.root.hash), sum: built.root.sum },
            depth,
            level: depth,
            index: key,
            hash: toHex(keccak256(payload(key))),
            sum: BigInt(key) * 3n + 1n,
            opening: toHex(built.open(depth, key)),
          }));
          const { ok, prefixes } = await harness.verify(opened);
          expect(ok.every(Boolean)).to.equal(true);
          expect([...prefixes]).to.deep.equal(keys.map((key) => built.prefix(key)));
          expect(await harness.requireLeaf(opened[0]!)).to.equal(0n);
          await expect(harness.requireLeaf({ ...opened[0]!, sum: 0n })).to.be.revertedWithCustomError(
            harness,
            "InvalidOpening",
          );
        },
      ),
      { numRuns: 20, seed: 11 },
    );
  });

  it("builds the same roots", async () => {
    const harness = await loadFixture(formatsHarness);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 8, 28, 32),
        fc.uniqueArray(fc.nat({ max: 2 ** 32 - 1 }), { maxLength: 15 }),
        async (depth, places) => {
          const keys = [...new Set(places.map((place) => place % 2 ** depth))].sort((a, b) => a - b);
          const leaves = keys.map((key) => ({ key, sum: BigInt(key) + 5n, payload: Uint8Array.of(key % 256) }));
          const { root } = sumTreeOf(depth, leaves);
          const built = await harness.rootOf(
            depth,
            keys,
            leaves.map(({ sum }) => sum),
            leaves.map(({ payload }) => toHex(keccak256(payload))),
          );
          expect([...built]).to.deep.equal([toHex(root.hash), root.sum]);
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });

  it("measures the openings of a chain one by one", async () => {
    const harness = await loadFixture(formatsHarness);
    const built = sumTreeOf(8, [
      { sum: 1n, payload: Uint8Array.of(1) },
      { sum: 2n, payload: Uint8Array.of(2) },
    ]);
    const [first, second] = [built.open(8, 0), built.open(3, 0)];
    const chain = toHex(Uint8Array.from([...first, ...second]));
    expect(await harness.measure(chain)).to.deep.equal([true, BigInt(first.length)]);
    expect(await harness.measure(toHex(second))).to.deep.equal([true, BigInt(second.length)]);
    for (const hostile of ["0x", "0x01", "0x2100000000", "0x0100000002", "0x0100000001"]) {
      expect((await harness.measure(hostile)).ok, hostile).to.equal(false);
    }
  });
});
