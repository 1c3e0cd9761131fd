// Nodes of a sum tree: their hashes and preimages, and roots nested in payloads (docs/formats.md §2).
import { concatBytes, isZero, readBigUint, writeBigUint, writeBytes, writeUint } from "./bytes.ts";
import { keccak256 } from "./keccak.ts";

/** A node: 32 bytes of hash and a sum that fits `u128`. */
export type Node = { hash: Uint8Array; sum: bigint };

/** The level-0 node of a tree with its depth (0 … 32). */
export type Root = { hash: Uint8Array; sum: bigint; depth: number };

export const MAX_DEPTH = 32;
export const LEAF_PREIMAGE_BYTES = 57;
export const INNER_PREIMAGE_BYTES = 97;
/** Bytes of a sibling in an opening. */
export const NODE_BYTES = 48;
/** Bytes of a root inside a payload. */
export const ROOT_BYTES = 49;
export const LEAF_PREFIX = 0x00;
export const INNER_PREFIX = 0x01;

/** The node that stands where there is none. */
export function absentNode(): Node {
  return { hash: new Uint8Array(32), sum: 0n };
}

export function isAbsent(node: Node): boolean {
  return node.sum === 0n && isZero(node.hash);
}

/** A node that no tree contains: a hash of 0 with a sum (docs/formats.md §5, 1). */
export function isSumWithoutHash(node: Node): boolean {
  return node.sum !== 0n && isZero(node.hash);
}

/** `hash b32 ‖ sum u128`. */
export function encodeNode(node: Node): Uint8Array {
  const bytes = new Uint8Array(NODE_BYTES);
  writeBytes(bytes, 0, 32, node.hash, "hash");
  writeBigUint(bytes, 32, 16, node.sum, "sum");
  return bytes;
}

/** Reads `hash b32 ‖ sum u128`; the bytes must be there. */
export function readNode(bytes: Uint8Array, offset: number): Node {
  return { hash: bytes.slice(offset, offset + 32), sum: readBigUint(bytes, offset + 32, 16) };
}

/**
 * Preimage of a leaf (57 bytes), docs/formats.md §2.
 * @param key place of the leaf
 * @param payloadHash 32 bytes
 * @throws RangeError naming the field that does not fit
 */
export function leafPreimage(key: number | bigint, sum: bigint, payloadHash: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LEAF_PREIMAGE_BYTES);
  bytes[0] = LEAF_PREFIX;
  writeBigUint(bytes, 1, 8, BigInt(key), "key");
  writeBigUint(bytes, 9, 16, sum, "sum");
  writeBytes(bytes, 25, 32, payloadHash, "payload hash");
  return bytes;
}

/** The leaf node at place `key`, docs/formats.md §2. */
export function leafNode(key: number | bigint, sum: bigint, payloadHash: Uint8Array): Node {
  return { hash: keccak256(leafPreimage(key, sum, payloadHash)), sum };
}

/** Preimage of an inner node (97 bytes), docs/formats.md §2. */
export function innerPreimage(left: Node, right: Node): Uint8Array {
  return concatBytes(Uint8Array.of(INNER_PREFIX), encodeNode(left), encodeNode(right));
}

/**
 * The node over two nodes, absent if both are.
 * @returns `undefined` if the sum does not fit `u128`
 */
export function parentNode(left: Node, right: Node): Node | undefined {
  if (isAbsent(left) && isAbsent(right)) return absentNode();
  const sum = left.sum + right.sum;
  if (sum >> 128n !== 0n) return undefined;
  return { hash: keccak256(innerPreimage(left, right)), sum };
}

/**
 * Writes a nested root: `hash b32 ‖ sum u128 ‖ depth u8` (49 bytes), docs/formats.md §2.
 * @throws RangeError naming the field that does not fit
 */
export function writeRoot(bytes: Uint8Array, offset: number, root: Root, field: string): void {
  writeBytes(bytes, offset, 32, root.hash, `${field}.hash`);
  writeBigUint(bytes, offset + 32, 16, root.sum, `${field}.sum`);
  writeUint(bytes, offset + 48, 1, root.depth, `${field}.depth`);
}

/**
 * Reads a nested root, strictly.
 * @throws Error naming the field if the depth is not `depth`, or a sum stands without a hash
 */
export function readRoot(bytes: Uint8Array, offset: number, depth: number, field: string): Root {
  const node = readNode(bytes, offset);
  const stated = bytes[offset + 48]!;
  if (stated !== depth) throw new Error(`${field}.depth: ${stated} instead of ${depth}`);
  if (isSumWithoutHash(node)) throw new Error(`${field}: sum ${node.sum} without a hash`);
  return { ...node, depth };
}

/** The root of an empty tree of a kind. */
export function emptyRoot(depth: number): Root {
  return { ...absentNode(), depth };
}
