// Proofs in Merkle trees of sorted pairs, the kind that the peers use.
import { AbiCoder, concat, hexlify, keccak256, solidityPackedKeccak256, toUtf8Bytes } from "ethers";

export type SortedProof = { root: string; proof: string[] };

/** A leaf's proof in a tree of 2^depth leaves, of which the others are made up. */
export function sortedProof(leaf: string, depth: number): SortedProof {
  const proof = Array.from({ length: depth }, (_, level) => keccak256(toUtf8Bytes(`sibling ${level}`)));
  const root = proof.reduce((node, sibling) => keccak256(concat([node, sibling].sort(compare))), leaf);
  return { root, proof };
}

/** Leaf of `BitmapDistributor`. */
export function bitmapLeaf(index: bigint, account: string, amount: bigint): string {
  return solidityPackedKeccak256(["uint256", "address", "uint256"], [index, account, amount]);
}

/** Leaf of `CumulativeDistributor`. */
export function cumulativeLeaf(account: string, amount: bigint): string {
  return keccak256(keccak256(hexlify(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [account, amount]))));
}

function compare(a: string, b: string): number {
  return BigInt(a) < BigInt(b) ? -1 : 1;
}
