// Links of chains of openings: what fault proofs are made of (twin of contracts/types/Link.sol).
import { bytesToHex } from "../bytes.ts";

/**
 * A place of a tree, what stands there, and the siblings that show it (docs/formats.md §4). What stands there is
 * - a leaf: `payload` is not empty and `preimage` is; the opening descends to the tree's depth;
 * - absence: both are empty and `sum` is 0; the opening may end above the place, in the absent node that covers it;
 * - a malformed node: `preimage` is that of the node in which the opening ends, at or above the place, and `sum` the node's as its parent states it
 *   (`preimage` is empty for a sum without a hash). At the leaf's level `payload` is the leaf's, where a rule about payloads is broken.
 * A chain lists the outermost tree's link first; each but the last is a leaf, whose nested root number `which` the next one begins at.
 */
export type Link = {
  /** Place in the tree, a u64. */
  key: bigint;
  which: number;
  sum: bigint;
  payload: Uint8Array;
  preimage: Uint8Array;
  /** One opening, docs/formats.md §4. */
  opening: Uint8Array;
};

const EMPTY = new Uint8Array();

/** A link to a leaf. */
export function leafLink(key: number, sum: bigint, payload: Uint8Array, opening: Uint8Array, which = 0): Link {
  return { key: BigInt(key), which, sum, payload, preimage: EMPTY, opening };
}

/** A link to an absence. */
export function absentLink(key: number, opening: Uint8Array): Link {
  return { key: BigInt(key), which: 0, sum: 0n, payload: EMPTY, preimage: EMPTY, opening };
}

/** A link to a node that its preimage (and a leaf's payload) shows to be malformed. */
export function malformedLink(
  key: number,
  sum: bigint,
  preimage: Uint8Array,
  payload: Uint8Array,
  opening: Uint8Array,
): Link {
  return { key: BigInt(key), which: 0, sum, payload, preimage, opening };
}

/** A link that says nothing, for an argument that the contract ignores. */
export function unusedLink(): Link {
  return { key: 0n, which: 0, sum: 0n, payload: EMPTY, preimage: EMPTY, opening: EMPTY };
}

/** The link as ABI encoders take it. */
export function linkArgument({ key, which, sum, payload, preimage, opening }: Link) {
  return {
    key,
    which,
    sum,
    payload: bytesToHex(payload),
    preimage: bytesToHex(preimage),
    opening: bytesToHex(opening),
  };
}
