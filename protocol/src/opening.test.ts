// Tests of opening codec and verification, with hostile bytes.
import { expect } from "chai";
import fc from "fast-check";
import { concatBytes, MAX_U128 } from "./bytes.ts";
import { absentNode, leafNode } from "./node.ts";
import {
  decodeOpening,
  encodeOpening,
  readOpening,
  verifyAbsence,
  verifyLeaf,
  verifyLeafHash,
  verifyNode,
} from "./opening.ts";
import { sumTreeOf } from "./sum-tree.ts";
import { leavesOf } from "./testing/arbitraries.ts";

const DEPTH = 10;

describe("openings", () => {
  it("reject a change of any single byte", () => {
    const tree = sumTreeOf(
      DEPTH,
      [1, 2, 3, 700].map((key) => ({ key, sum: BigInt(key), payload: Uint8Array.of(key) })),
    );
    const payload = Uint8Array.of(2);
    const opening = tree.open(DEPTH, 2);
    expect(verifyLeaf(tree.root, 2, 2n, payload, opening).valid).to.equal(true);
    for (let at = 0; at < opening.length; at++) {
      for (let change = 1; change < 256; change += at < 5 ? 1 : 17) {
        const tampered = opening.slice();
        tampered[at]! ^= change;
        expect(verifyLeaf(tree.root, 2, 2n, payload, tampered).valid, `byte ${at} ^ ${change}`).to.equal(false);
      }
    }
  });

  it("reject a change of any byte, place, sum or payload, and never throw", () => {
    fc.assert(
      fc.property(
        leavesOf(DEPTH, 10),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (leaves, pick, at, change) => {
          fc.pre(leaves.length > 0);
          const tree = sumTreeOf(DEPTH, leaves);
          const { key, sum, payload } = leaves[pick % leaves.length]!;
          const opening = tree.open(DEPTH, key);
          const tampered = opening.slice();
          tampered[at % opening.length]! ^= change;
          expect(verifyLeaf(tree.root, key, sum, payload, tampered).valid).to.equal(false);
          expect(verifyLeaf(tree.root, key, sum + 1n, payload, opening).valid).to.equal(false);
          expect(verifyLeaf(tree.root, key ^ change, sum, payload, opening).valid).to.equal(false);
          expect(verifyLeaf(tree.root, key, sum, concatBytes(payload, Uint8Array.of(0)), opening).valid).to.equal(
            false,
          );
          expect(verifyLeaf(tree.root, key, sum, payload, opening.slice(0, -1)).valid).to.equal(false);
          expect(verifyLeaf(tree.root, key, sum, payload, concatBytes(opening, Uint8Array.of(0))).valid).to.equal(
            false,
          );
          expect(verifyAbsence(tree.root, DEPTH, key, opening).valid).to.equal(false);
        },
      ),
    );
  });

  it("survive arbitrary bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(1023), (bytes, key) => {
        const { root } = sumTreeOf(DEPTH, [{ key: 3, sum: 1n, payload: Uint8Array.of(9) }]);
        expect(verifyLeaf(root, key, 1n, Uint8Array.of(9), bytes).valid).to.equal(false);
        expect(verifyNode(root, 4, key, absentNode(), bytes).valid).to.equal(false);
      }),
    );
  });

  it("round trip, alone and in a chain", () => {
    fc.assert(
      fc.property(leavesOf(32, 10), fc.nat(0xffffffff), (leaves, key) => {
        const opening = sumTreeOf(32, leaves).open(32, key);
        expect(encodeOpening(decodeOpening(opening).siblings)).to.deep.equal(opening);
        const chain = concatBytes(Uint8Array.of(7), opening, opening);
        const first = readOpening(chain, 1);
        expect(first).to.have.property("end", 1 + opening.length);
      }),
    );
  });

  it("say why they are refused", () => {
    const tree = sumTreeOf(3, [
      { key: 5, sum: 7n, payload: Uint8Array.of(1) },
      { key: 6, sum: 1n, payload: Uint8Array.of(2) },
    ]);
    const opening = tree.open(3, 5);
    const refuse = (bytes: Uint8Array, root = tree.root) => verifyLeaf(root, 5, 7n, Uint8Array.of(1), bytes);
    const sibling = { hash: new Uint8Array(32).fill(1), sum: MAX_U128 };
    expect(refuse(Uint8Array.of(3))).to.deep.equal({ valid: false, reason: "header needs 5 bytes, 1 are left" });
    expect(refuse(Uint8Array.of(33, 0, 0, 0, 0))).to.have.property("reason", "level 33 is above 32");
    expect(refuse(Uint8Array.of(3, 0, 0, 0, 8))).to.have.property("reason", "a sibling is marked beyond level 3");
    expect(refuse(Uint8Array.of(3, 0, 0, 0, 1))).to.have.property("reason", "sibling at level 1 is cut off");
    expect(refuse(concatBytes(Uint8Array.of(3, 0, 0, 0, 1), new Uint8Array(48)))).to.have.property(
      "reason",
      "sibling at level 1 is (0, 0) but marked present",
    );
    expect(refuse(encodeOpening([undefined, undefined]))).to.have.property("reason", "opening of level 2 instead of 3");
    expect(refuse(encodeOpening([sibling, undefined, undefined]))).to.have.property(
      "reason",
      "sum overflows at level 0",
    );
    expect(refuse(opening, { ...tree.root, sum: 9n })).to.have.property("reason", "sum 8 instead of the root's 9");
    expect(refuse(opening, { ...tree.root, hash: new Uint8Array(32) })).to.have.property(
      "reason",
      "hash is not the root's",
    );
    expect(
      verifyNode(tree.root, 4, 0, absentNode(), encodeOpening([undefined, undefined, undefined, undefined])),
    ).to.have.property("reason", "level 4 is below the leaves at 3");
    expect(verifyNode(tree.root, 1, 2, absentNode(), encodeOpening([undefined]))).to.have.property(
      "reason",
      "index 2 at level 1",
    );
    expect(verifyLeaf(tree.root, 8, 0n, new Uint8Array(), opening)).to.have.property("reason", "place 8 at depth 3");
    expect(verifyLeafHash(tree.root, 5, 7n, new Uint8Array(31), opening)).to.have.property(
      "reason",
      "payload hash of 31 bytes",
    );
    expect(verifyLeaf(tree.root, 5, -1n, new Uint8Array(), opening)).to.have.property("reason", "sum -1 is not a u128");
  });

  it("decode strictly", () => {
    expect(() => decodeOpening(Uint8Array.of(0, 0, 0, 0, 0, 9))).to.throw("1 bytes behind the siblings");
    expect(() => decodeOpening(new Uint8Array(2))).to.throw("header needs 5 bytes");
    expect(() => encodeOpening([absentNode()])).to.throw(RangeError, "(0, 0)");
    expect(() => encodeOpening(new Array(33).fill(undefined))).to.throw(RangeError, "33 levels");
  });

  it("open the root itself at level 0", () => {
    const tree = sumTreeOf(0, [{ sum: 3n, payload: Uint8Array.of(1) }]);
    expect(tree.open(0, 0)).to.deep.equal(new Uint8Array(5));
    expect(verifyLeaf(tree.root, 0, 3n, Uint8Array.of(1), new Uint8Array(5)).valid).to.equal(true);
    expect(verifyNode(tree.root, 0, 0, leafNode(0, 3n, new Uint8Array(32)), new Uint8Array(5)).valid).to.equal(false);
  });
});
