// What a position was paid by attribution, opened from the payouts root on chain and verified here.
import { type Hex, toHex } from "viem";
import { hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { PAYOUT } from "@tributary/protocol/kinds";
import { type LeafJson, type RootHex, treeAt } from "@tributary/protocol/opened-leaf";
import { decodePayout } from "@tributary/protocol/payloads/payout";
import { openLeaf } from "@tributary/protocol/proofs/openings";

/** A payout that holds under a root; amounts in base units. */
export interface Payout {
  readonly position: bigint;
  /** Ever attributed to the position; 0 where the tree has no leaf of it. */
  readonly cumulative: bigint;
  /** In the epoch of that root. */
  readonly earned: bigint;
  /** As a claim takes them. */
  readonly payloadHash: Hex;
  readonly opening: Hex;
}

/** @throws Error that says what does not hold */
export function verifiedPayout(position: bigint, leaf: LeafJson, root: RootHex): Payout {
  const { key, sum, payload, opening } = leaf;
  if (BigInt(key) !== position) throw new Error(`the opening is of position ${key}, not of ${position}`);
  const link = { key: position, which: 0, sum: BigInt(sum), preimage: new Uint8Array() } as const;
  const bytes = { payload: hexToBytes(payload), opening: hexToBytes(opening) };
  let opened: ReturnType<typeof openLeaf>;
  try {
    opened = openLeaf(treeAt(PAYOUT, root), { ...link, ...bytes }, 0);
  } catch {
    throw new Error(`the payout of position ${position} does not open from the root ${root.hash} on chain`);
  }
  if (opened.what === "absent")
    return { position, cumulative: 0n, earned: 0n, payloadHash: toHex(new Uint8Array(32)), opening: "0x" };
  const { earnings } = decodePayout(opened.payload);
  return {
    ...{ position, cumulative: opened.sum, earned: earnings.sum },
    ...{ payloadHash: toHex(keccak256(opened.payload)), opening },
  };
}
