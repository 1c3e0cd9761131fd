// Malformed nodes and payloads: the Solidity predicate against the TypeScript twin, on mutated vectors (docs/formats.md §5).
import { expect } from "chai";
import fc from "fast-check";
import { hexToBytes, toHex } from "viem";
import { keccak256 } from "@tributary/protocol/keccak";
import { KINDS } from "@tributary/protocol/kinds";
import { leafPreimage } from "@tributary/protocol/node";
import { judgeNode, type PlacedNode } from "@tributary/protocol/well-formed";
import { formatsHarness, vectors } from "../support/formats.ts";
import { loadFixture } from "../support/network.ts";

type Shown = { placed: PlacedNode; preimage: Uint8Array; payload: Uint8Array };

type PayloadVector = { kind: string; leaf: { key: number; sum: string } };

const PAYLOADS = vectors<PayloadVector, { payload: `0x${string}` }>("payloads").map(({ name, input, output }) => ({
  kind: kindOf(input.kind),
  key: input.leaf.key,
  sum: BigInt(input.leaf.sum),
  payload: hexToBytes(output.payload),
  list: name.includes("harmful") ? ("harmful" as const) : ("helpful" as const),
}));

function kindOf(name: string) {
  const kind = KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(`no kind is named ${name}`);
  return kind;
}

function asked({ placed, preimage, payload }: Shown) {
  return {
    place: {
      kind: placed.kind.tag,
      level: placed.level,
      index: placed.index,
      k: placed.k ?? 0,
      isHarmful: placed.list === "harmful",
    },
    node: { hash: toHex(placed.node.hash), sum: placed.node.sum },
    preimage: toHex(preimage),
    payload: toHex(payload),
  };
}

/** A leaf over a payload, honest but for what the payload and the place are. */
function leafOver(base: (typeof PAYLOADS)[number], payload: Uint8Array, key = base.key, sum = base.sum): Shown {
  const preimage = leafPreimage(key, sum, keccak256(payload));
  const node = { hash: keccak256(preimage), sum };
  return { placed: { kind: base.kind, level: base.kind.depth, index: key, node, list: base.list }, preimage, payload };
}

/** Mostly nothing, so that a change is made now and then. */
function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

describe("WellFormed against the TypeScript twin", () => {
  it("judges mutated payloads of every kind alike", async () => {
    const harness = await loadFixture(formatsHarness);
    const mutated = fc.record({
      base: fc.constantFrom(...PAYLOADS),
      edits: fc.array(fc.record({ at: fc.nat(), value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 255)) }), {
        maxLength: 3,
      }),
      cut: rarely(fc.nat()),
      extra: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 31, 32) }),
      asKind: rarely(fc.constantFrom(...KINDS)),
      otherList: rarely(fc.constant(true)),
      sum: rarely(fc.bigInt({ min: 0n, max: 3n })),
    });
    let malformed = 0;
    let total = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutated, { minLength: 30, maxLength: 30 }), async (all) => {
        const shown = all.map(({ base, edits, cut, extra, asKind, otherList, sum }) => {
          let payload = Uint8Array.from([...base.payload, ...new Array<number>(extra).fill(200)]);
          if (cut !== undefined) payload = payload.slice(0, cut % (payload.length + 1));
          for (const { at, value } of edits) if (payload.length > 0) payload[at % payload.length] = value;
          const list = (base.list === "harmful") !== (otherList === true) ? ("harmful" as const) : ("helpful" as const);
          const kind = asKind ?? base.kind;
          const key = Math.min(base.key, 2 ** kind.depth - 1);
          return leafOver({ ...base, kind, list }, payload, key, sum);
        });
        const found = await harness.isMalformed(shown.map(asked));
        shown.forEach(({ placed, preimage, payload }, i) => {
          const finding = judgeNode(placed, preimage, payload);
          expect(found[i], `${placed.kind.name}: ${JSON.stringify(finding)}`).to.equal(finding.verdict === "malformed");
          total++;
          if (found[i]!) malformed++;
        });
      }),
      { numRuns: 60, seed: 9 },
    );
    expect(malformed)
      .to.be.greaterThan(total / 10)
      .and.lessThan((total * 9) / 10);
  });

  it("judges mutated inner nodes and leaf preimages alike", async () => {
    const harness = await loadFixture(formatsHarness);
    const drawn = fc.record({
      kind: fc.constantFrom(...KINDS),
      level: fc.nat({ max: 32 }),
      index: fc.nat({ max: 5 }),
      prefix: fc.constantFrom(0, 1, 2),
      hashes: fc.tuple(fc.boolean(), fc.boolean()),
      sums: fc.tuple(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 0n, max: 3n })),
      sum: rarely(fc.bigInt({ min: 0n, max: 6n })),
      length: fc.constantFrom(97, 97, 97, 57, 57, 96, 0),
      isHashless: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      isOther: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { minLength: 30, maxLength: 30 }), async (all) => {
        const shown = all.map((d): Shown => {
          const preimage = new Uint8Array(97);
          preimage[0] = d.prefix;
          if (d.hashes[0]) preimage.fill(7, 1, 33);
          if (d.hashes[1]) preimage.fill(9, 49, 81);
          preimage[48] = Number(d.sums[0]);
          preimage[96] = Number(d.sums[1]);
          const cut = preimage.slice(0, d.length);
          const hash = d.isHashless ? new Uint8Array(32) : keccak256(d.isOther ? Uint8Array.of(1) : cut);
          const node = { hash, sum: d.sum ?? d.sums[0] + d.sums[1] };
          const level = Math.min(d.level, d.kind.depth);
          const placed: PlacedNode = { kind: d.kind, level, index: d.index, node, list: "helpful" };
          return { placed, preimage: cut, payload: new Uint8Array(0) };
        });
        const found = await harness.isMalformed(shown.map(asked));
        shown.forEach(({ placed, preimage, payload }, i) => {
          const finding = judgeNode(placed, preimage, payload);
          expect(found[i], JSON.stringify(finding)).to.equal(finding.verdict === "malformed");
        });
      }),
      { numRuns: 40, seed: 21 },
    );
  });
});
