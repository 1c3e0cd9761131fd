// A plain sum tree (docs/formats.md §2) written straight from the definition, as a reference for tests and benchmarks.
import { keccak_256 } from "@noble/hashes/sha3.js";

export type ReferenceLeaf = { key: number; sum: bigint; payload: Uint8Array };
export type ReferenceNode = { hash: Uint8Array; sum: bigint };

function uint(value: bigint, width: number): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * width, "0"), "hex"));
}

function hash(...parts: Uint8Array[]): Uint8Array {
  return keccak_256(Buffer.concat(parts));
}

/**
 * The node over the places `first … first + 2^height − 1`.
 * @param leaves those at these places, in order of their keys
 */
export function referenceNode(leaves: readonly ReferenceLeaf[], height: number, first = 0): ReferenceNode {
  if (leaves.length === 0) return { hash: new Uint8Array(32), sum: 0n };
  if (height === 0) {
    const { key, sum, payload } = leaves[0]!;
    return { hash: hash(uint(0n, 1), uint(BigInt(key), 8), uint(sum, 16), keccak_256(payload)), sum };
  }
  const middle = first + 2 ** (height - 1);
  const split = leaves.findIndex((leaf) => leaf.key >= middle);
  const cut = split < 0 ? leaves.length : split;
  const left = referenceNode(leaves.slice(0, cut), height - 1, first);
  const right = referenceNode(leaves.slice(cut), height - 1, middle);
  const sum = left.sum + right.sum;
  return { hash: hash(uint(1n, 1), left.hash, uint(left.sum, 16), right.hash, uint(right.sum, 16)), sum };
}
