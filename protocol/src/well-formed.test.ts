// Property tests of well-formedness; single cases are in docs/vectors/wellformed.json.
import { expect } from "chai";
import fc from "fast-check";
import { keccak256 } from "./keccak.ts";
import { CONTENT, type Kind, KINDS } from "./kinds.ts";
import { absentNode, innerPreimage, leafPreimage } from "./node.ts";
import { encodeContent } from "./payloads/content.ts";
import { sumTreeOf } from "./sum-tree.ts";
import { leavesOf } from "./testing/arbitraries.ts";
import { judgeNode, payloadFault } from "./well-formed.ts";

describe("judgeNode", () => {
  it("finds nothing in any node of an honest tree", () => {
    fc.assert(
      fc.property(leavesOf(CONTENT.depth, 8), (leaves) => {
        const payload = encodeContent({ recordHash: new Uint8Array(32).fill(7) });
        const tree = sumTreeOf(
          CONTENT.depth,
          leaves.map(({ key }) => ({ key, sum: 1n, payload })),
        );
        for (const { key } of leaves) {
          for (let level = 0; level < CONTENT.depth; level++) {
            const index = Math.floor(key / 2 ** (CONTENT.depth - level));
            const preimage = innerPreimage(tree.node(level + 1, 2 * index), tree.node(level + 1, 2 * index + 1));
            const placed = { kind: CONTENT, level, index, node: tree.node(level, index) };
            expect(judgeNode(placed, preimage)).to.deep.equal({ verdict: "well-formed" });
          }
          const placed = { kind: CONTENT, level: CONTENT.depth, index: key, node: tree.node(CONTENT.depth, key) };
          const preimage = leafPreimage(key, 1n, keccak256(payload));
          expect(judgeNode(placed, preimage, payload)).to.deep.equal({ verdict: "well-formed" });
          expect(judgeNode(placed, preimage)).to.deep.equal({ verdict: "well-formed" });
        }
      }),
      { numRuns: 25 },
    );
  });

  it("takes no bytes that the node does not commit to", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.uint8Array({ maxLength: 120 }),
        fc.nat(24),
        (preimage, payload, level) => {
          const placed = { kind: CONTENT, level, index: 0, node: { hash: new Uint8Array(32).fill(1), sum: 1n } };
          expect(judgeNode(placed, preimage, payload).verdict).to.equal("no evidence");
        },
      ),
    );
    const node = { ...absentNode(), hash: new Uint8Array(32).fill(1) };
    expect(judgeNode({ kind: CONTENT, level: 0, index: 0, node }).verdict).to.equal("no evidence");
  });

  it("judges every preimage a node commits to, whatever it is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(3, CONTENT.depth), (preimage, level) => {
        const placed = { kind: CONTENT, level, index: 0, node: { hash: keccak256(preimage), sum: 1n } };
        expect(judgeNode(placed, preimage)).to.include({ verdict: "malformed" });
      }),
    );
  });
});

describe("payloadFault", () => {
  it("names the fault of arbitrary bytes for every kind, and never throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.uint8Array({ maxLength: 300 }), (kind, bytes) => {
        expect(payloadFault({ kind, index: 0 }, bytes)).to.be.a("string");
      }),
    );
    const unknown: Kind = { ...CONTENT, name: "unknown" };
    expect(payloadFault({ kind: unknown, index: 0 }, new Uint8Array())).to.include("unknown");
  });
});
