// What a position was paid by attribution, opened from the payouts root on chain and verified here.
import { type Hex, toHex, zeroHash } from "viem";
import { keccak256 } from "@tributary/protocol/keccak";
import { PAYOUT } from "@tributary/protocol/kinds";
import { type LeafJson, type RootHex, verifyPresence } from "@tributary/protocol/opened-leaf";
import { decodePayout } from "@tributary/protocol/payloads/payout";

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
  const { key, opening } = leaf;
  if (BigInt(key) !== position) throw new Error(`the opening is of position ${key}, not of ${position}`);
  const shown = verifyPresence(PAYOUT, root, leaf, `payout of position ${position}`);
  if (shown === undefined) return { position, cumulative: 0n, earned: 0n, payloadHash: zeroHash, opening: "0x" };
  const { earnings } = decodePayout(shown.payload);
  return {
    ...{ position, cumulative: shown.sum, earned: earnings.sum },
    ...{ payloadHash: toHex(keccak256(shown.payload)), opening },
  };
}
