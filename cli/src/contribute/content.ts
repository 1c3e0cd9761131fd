// What a contribution commits to: the hashes of its records, and the tree over them (docs/formats.md §3, §8.1).
import { type Hex, toHex } from "viem";
import { canonicalTextBytes } from "@tributary/protocol/canonical-text";
import { keccak256 } from "@tributary/protocol/keccak";
import { CONTENT } from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { sumTreeOf, type SumTree } from "@tributary/protocol/sum-tree";

/** Records of one contribution at most: the leaves of a content tree. */
export const MOST_RECORDS = 2 ** CONTENT.depth;

/** Hash of the content root, and the number of records. */
export type ContentRoot = { readonly hash: Hex; readonly sum: bigint };

/** @throws Error if nothing is left of the text, or it has a lone surrogate */
export function recordHash(text: string): Uint8Array {
  return keccak256(canonicalTextBytes(text));
}

/** The content tree of records, in their order. */
export function contentTree(hashes: readonly Uint8Array[]): SumTree {
  return sumTreeOf(
    CONTENT.depth,
    hashes.map((each) => ({ sum: 1n, payload: encodeContent({ recordHash: each }) })),
  );
}

export function contentRoot(hashes: readonly Uint8Array[]): ContentRoot {
  const { hash, sum } = contentTree(hashes).root;
  return { hash: toHex(hash), sum };
}
