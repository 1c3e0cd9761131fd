// Payouts as somebody else opens them: what does not hold under the root on chain is refused.
import { hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { EARNING, PAYOUT } from "@tributary/protocol/kinds";
import { leafJson, type LeafJson } from "@tributary/protocol/opened-leaf";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { leafLink } from "@tributary/protocol/proofs/link";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { expect } from "chai";
import { toHex, zeroHash } from "viem";
import { verifiedPayout } from "./payout.ts";

const earned = (sum: bigint): Uint8Array =>
  encodePayout({ earnings: { hash: keccak256(new Uint8Array([Number(sum)])), sum, depth: EARNING.depth } });
/** What positions were paid in all, and in the epoch. */
const PAID = new Map([
  [1, { sum: 300n, payload: earned(20n) }],
  [2, { sum: 50n, payload: earned(7n) }],
]);
const tree = sumTreeOf(
  PAYOUT.depth,
  [...PAID].map(([key, leaf]) => ({ key, ...leaf })),
);
const root = { hash: toHex(tree.root.hash), sum: tree.root.sum };

function leafOf(position: number): LeafJson {
  const { sum, payload } = PAID.get(position) ?? { sum: 0n, payload: new Uint8Array() };
  return leafJson(leafLink(position, sum, payload, tree.open(PAYOUT.depth, position)));
}

describe("the payout of a position", () => {
  it("holds as it was committed", () => {
    expect(verifiedPayout(1n, leafOf(1), root)).to.deep.equal({
      ...{ position: 1n, cumulative: 300n, earned: 20n, payloadHash: toHex(keccak256(earned(20n))) },
      opening: leafOf(1).opening,
    });
  });

  it("is nothing where the opening shows that there is none", () => {
    expect(verifiedPayout(5n, leafOf(5), root)).to.deep.equal({
      ...{ position: 5n, cumulative: 0n, earned: 0n, payloadHash: zeroHash, opening: "0x" },
    });
  });

  const lies: [what: string, leaf: () => LeafJson][] = [
    ["another amount", () => ({ ...leafOf(1), sum: "301" })],
    ["another payload", () => ({ ...leafOf(1), payload: toHex(earned(21n)) })],
    ["another position's leaf", () => leafOf(2)],
    ["another position's opening", () => ({ ...leafOf(1), opening: leafOf(2).opening })],
    [
      "an opening that is cut off",
      () => ({ ...leafOf(1), opening: toHex(hexToBytes(leafOf(1).opening).slice(0, -1)) }),
    ],
    ["nothing where there is a payout", () => ({ ...leafOf(5), key: 1 })],
  ];
  for (const [what, leaf] of lies)
    it(`is refused with ${what}`, () => {
      expect(() => verifiedPayout(1n, leaf(), root)).to.throw(/position|payout/);
    });

  it("is refused under another root", () => {
    expect(() => verifiedPayout(1n, leafOf(1), { ...root, sum: root.sum + 1n })).to.throw("payout of position 1");
  });
});
