// Tests of links and chains in small trees; the contract's checkers are compared with the twin in the engine's tests.
import { expect } from "chai";
import { EARNING, PAYOUT, RECEIPT, type Kind } from "../kinds.ts";
import { keccak256 } from "../keccak.ts";
import { absentNode, emptyRoot, innerPreimage, leafNode, parentNode, type Root } from "../node.ts";
import { decodeOpening, encodeOpening } from "../opening.ts";
import { encodeEarning } from "../payloads/earning.ts";
import { encodePayout } from "../payloads/payout.ts";
import { sumTreeOf } from "../sum-tree.ts";
import { absentLink, leafLink, type Link, malformedLink } from "./link.ts";
import { openChain, openInput, openLeaf, showsMalformed, type Tree } from "./openings.ts";
import { Refusal } from "./refusal.ts";

const earning = encodeEarning({ group: 0, record: 3 });
const earnings = sumTreeOf(EARNING.depth, [{ sum: 40n, payload: earning }]);
const payout = encodePayout({ earnings: earnings.root });
const payouts = sumTreeOf(PAYOUT.depth, [
  { key: 2, sum: 40n, payload: payout },
  { key: 5, sum: 2n, payload: encodePayout({ earnings: emptyRoot(EARNING.depth) }) },
]);
const tree: Tree = { root: payouts.root, kind: PAYOUT };

function leaf(key: number, sum = 40n, payload = payout): Link {
  return leafLink(key, sum, payload, payouts.open(PAYOUT.depth, key));
}

function refusalOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return "none";
}

describe("openLeaf", () => {
  it("gives a leaf with what stands left of it", () => {
    const second = leafLink(5, 2n, encodePayout({ earnings: emptyRoot(EARNING.depth) }), payouts.open(PAYOUT.depth, 5));
    expect(openLeaf(tree, second, 0)).to.include({ what: "leaf", place: 5, sum: 2n, prefix: 40n });
  });

  it("gives an absence, also of a node above the place", () => {
    expect(openLeaf(tree, absentLink(3, payouts.open(PAYOUT.depth, 3)), 0)).to.deep.equal({ what: "absent", place: 3 });
    expect(openLeaf(tree, absentLink(2 ** 27, payouts.open(1, 1)), 0)).to.include({ what: "absent" });
  });

  it("refuses what the opening does not lead to, and payloads of another shape", () => {
    for (const link of [
      leaf(3),
      leaf(2, 41n),
      { ...leaf(2), payload: payout.slice(1) },
      { ...leaf(2), key: 2n ** 40n },
    ])
      expect(refusalOf(() => openLeaf(tree, link, 7))).to.equal("InvalidOpening(7)");
  });
});

describe("openChain", () => {
  const way: readonly Kind[] = [PAYOUT, EARNING];
  const inner = leafLink(0, 40n, earning, earnings.open(EARNING.depth, 0));

  it("goes through a leaf into its nested tree", () => {
    expect(openChain(tree, way, [leaf(2), inner], 0).at(-1)).to.include({ what: "leaf", sum: 40n });
  });

  it("ends where a leaf is absent, and nowhere else", () => {
    const absent = absentLink(3, payouts.open(PAYOUT.depth, 3));
    expect(openChain(tree, way, [absent], 0)).to.have.length(1);
    expect(refusalOf(() => openChain(tree, way, [absent, inner], 0))).to.equal("WrongChain(2)");
    expect(refusalOf(() => openChain(tree, way, [leaf(2)], 0))).to.equal("WrongChain(1)");
    expect(refusalOf(() => openChain(tree, way, [leaf(2), inner, inner], 0))).to.equal("WrongChain(3)");
  });

  it("refuses a nested root that there is not", () => {
    expect(refusalOf(() => openChain(tree, way, [{ ...leaf(2), which: 1 }, inner], 3))).to.equal("WrongPlace(3)");
  });
});

describe("openInput", () => {
  const payload = new Uint8Array(RECEIPT.bytes);
  payload[0] = RECEIPT.tag;
  const malformed = Uint8Array.from(payload, (byte, i) => (i === 210 ? 1 : byte));
  const receipts = sumTreeOf(RECEIPT.depth, [
    { sum: 7n, payload },
    { sum: 5n, payload: malformed },
  ]);
  const input: Tree = { root: receipts.root, kind: RECEIPT };
  const at = (place: number, sum: bigint, bytes: Uint8Array): Link =>
    leafLink(place, sum, bytes, receipts.open(RECEIPT.depth, place));

  it("counts a malformed leaf as absent, which keeps its sum", () => {
    expect(openInput(input, at(0, 7n, payload), 0, 0)).to.include({ isPresent: true, sum: 7n, prefix: 0n });
    expect(openInput(input, at(1, 5n, malformed), 1, 0)).to.include({ isPresent: false, sum: 5n, prefix: 7n });
  });

  it("refuses another place than the proof is about, and a preimage that is well-formed", () => {
    expect(refusalOf(() => openInput(input, at(0, 7n, payload), 1, 2))).to.equal("WrongPlace(2)");
    const [left, right] = [receipts.node(1, 0), receipts.node(1, 1)];
    const root = malformedLink(0, 12n, innerPreimage(left, right), new Uint8Array(), encodeOpening([]));
    expect(refusalOf(() => openInput(input, root, 0, 2))).to.equal("InvalidOpening(2)");
  });

  it("counts what is beside a sum without a hash as absent, with a sum of 0", () => {
    const { siblings } = decodeOpening(receipts.open(RECEIPT.depth, 0));
    const bent = siblings.map((sibling, level) => (level === 3 ? { hash: new Uint8Array(32), sum: 9n } : sibling));
    const opening = encodeOpening(bent);
    const root = rootOver(opening, at(0, 7n, payload));
    const link = leafLink(0, 7n, payload, opening);
    expect(openInput({ root, kind: RECEIPT }, link, 0, 0)).to.include({ isPresent: false, sum: 0n });
  });
});

describe("showsMalformed", () => {
  it("takes a preimage of no bytes, and a sum without a hash, at the root", () => {
    const nothing = malformedLink(0, 0n, new Uint8Array(), new Uint8Array(), encodeOpening([]));
    const hash = Uint8Array.from(
      Buffer.from("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", "hex"),
    );
    expect(showsMalformed({ root: { hash, sum: 0n, depth: PAYOUT.depth }, kind: PAYOUT }, nothing, 0)).to.equal(true);
    const unhashed: Root = { hash: new Uint8Array(32), sum: 4n, depth: PAYOUT.depth };
    expect(showsMalformed({ root: unhashed, kind: PAYOUT }, { ...nothing, sum: 4n }, 0)).to.equal(true);
  });

  it("is false of what is well-formed", () => {
    expect(showsMalformed(tree, leaf(2), 0)).to.equal(false);
  });
});

/** The root to which an opening leads from a leaf. */
function rootOver(opening: Uint8Array, { sum, payload }: Link): Root {
  const { siblings } = decodeOpening(opening);
  let node = leafNode(0, sum, keccak256(payload));
  for (const sibling of [...siblings].reverse()) node = parentNode(node, sibling ?? absentNode())!;
  return { ...node, depth: siblings.length };
}
