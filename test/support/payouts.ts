// Payout trees as the TypeScript twin builds them, and the claims they prove.
import { toHex } from "viem";
import { emptyRoot } from "@tributary/protocol/node";
import { keccak256 } from "@tributary/protocol/keccak";
import { EARNING, PAYOUT } from "@tributary/protocol/kinds";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { type SumTree, sumTreeOf } from "@tributary/protocol/sum-tree";

export type ClaimValue = { position: bigint; cumulative: bigint; payloadHash: string; opening: string };

const PAYLOAD = encodePayout({ earnings: emptyRoot(EARNING.depth) });

export type Payouts = {
  tree: SumTree;
  root: { hash: string; sum: bigint };
  claimOf(position: bigint): ClaimValue;
};

/** @param cumulatives by position */
export function payoutsOf(cumulatives: Readonly<Record<string, bigint>>): Payouts {
  const leaves = Object.entries(cumulatives)
    .map(([position, sum]) => ({ key: Number(position), sum, payload: PAYLOAD }))
    .sort((a, b) => a.key - b.key);
  const tree = sumTreeOf(PAYOUT.depth, leaves);
  return {
    tree,
    root: { hash: toHex(tree.root.hash), sum: tree.root.sum },
    claimOf: (position) => ({
      position,
      cumulative: cumulatives[position.toString()] ?? 0n,
      payloadHash: toHex(keccak256(PAYLOAD)),
      opening: toHex(tree.open(PAYOUT.depth, Number(position))),
    }),
  };
}

/** A claim of what accrued directly. */
export function accruedOnly(position: bigint): ClaimValue {
  return { position, cumulative: 0n, payloadHash: `0x${"00".repeat(32)}`, opening: "0x" };
}
