// Openings: paths from a sum tree's root to a leaf, an absence or an inner node (docs/formats.md §4).
import { concatBytes, equalBytes, readUint, writeUint } from "./bytes.ts";
import {
  absentNode,
  encodeNode,
  isAbsent,
  leafNode,
  MAX_DEPTH,
  type Node,
  NODE_BYTES,
  parentNode,
  readNode,
  type Root,
} from "./node.ts";
import { keccak256 } from "./keccak.ts";

/** A decoded opening: per level from the root down, the sibling met there, `undefined` where it is absent. */
export type Opening = { siblings: (Node | undefined)[] };

/** What verification says; `prefix` is the sum of all leaves left of the opened node. */
export type Verdict = { valid: true; prefix: bigint } | { valid: false; reason: string };

const HEADER_BYTES = 5;

/**
 * Bytes of an opening, docs/formats.md §4.
 * @param siblings from the root down, `undefined` where absent; at most 32
 * @throws RangeError if there are more than 32, or one is (0, 0)
 */
export function encodeOpening(siblings: readonly (Node | undefined)[]): Uint8Array {
  if (siblings.length > MAX_DEPTH) throw new RangeError(`opening of ${siblings.length} levels; at most ${MAX_DEPTH}`);
  const header = new Uint8Array(HEADER_BYTES);
  let present = 0;
  const nodes: Uint8Array[] = [];
  siblings.forEach((sibling, level) => {
    if (sibling === undefined) return;
    if (isAbsent(sibling)) throw new RangeError(`sibling at level ${level + 1} is (0, 0) but listed as present`);
    present += 2 ** level;
    nodes.push(encodeNode(sibling));
  });
  writeUint(header, 0, 1, siblings.length, "level");
  writeUint(header, 1, 4, present, "present");
  return concatBytes(header, ...nodes);
}

/**
 * Reads the opening at `offset` of a chain of openings.
 * @returns the opening and the offset behind it, or why there is none
 */
export function readOpening(bytes: Uint8Array, offset = 0): (Opening & { end: number }) | { reason: string } {
  if (bytes.length < offset + HEADER_BYTES)
    return { reason: `header needs ${HEADER_BYTES} bytes, ${bytes.length - offset} are left` };
  const level = bytes[offset]!;
  if (level > MAX_DEPTH) return { reason: `level ${level} is above ${MAX_DEPTH}` };
  const present = readUint(bytes, offset + 1, 4);
  if (present >= 2 ** level) return { reason: `a sibling is marked beyond level ${level}` };
  const siblings: (Node | undefined)[] = [];
  let end = offset + HEADER_BYTES;
  for (let l = 0; l < level; l++) {
    if (Math.floor(present / 2 ** l) % 2 === 0) {
      siblings.push(undefined);
      continue;
    }
    if (bytes.length < end + NODE_BYTES) return { reason: `sibling at level ${l + 1} is cut off` };
    const sibling = readNode(bytes, end);
    if (isAbsent(sibling)) return { reason: `sibling at level ${l + 1} is (0, 0) but marked present` };
    siblings.push(sibling);
    end += NODE_BYTES;
  }
  return { siblings, end };
}

/**
 * Decodes a single opening; nothing may stand behind it.
 * @throws Error with the reason
 */
export function decodeOpening(bytes: Uint8Array): Opening {
  const opening = readOpening(bytes);
  if ("reason" in opening) throw new Error(`opening: ${opening.reason}`);
  if (opening.end !== bytes.length) throw new Error(`opening: ${bytes.length - opening.end} bytes behind the siblings`);
  return { siblings: opening.siblings };
}

/**
 * Whether a leaf with this sum and payload hash stands at place `key` of the tree. Never throws on bytes of an opening.
 * @param payloadHash `H(payload)`, 32 bytes
 */
export function verifyLeafHash(
  root: Root,
  key: number,
  sum: bigint,
  payloadHash: Uint8Array,
  opening: Uint8Array,
): Verdict {
  if (payloadHash.length !== 32) return invalid(`payload hash of ${payloadHash.length} bytes`);
  if (sum < 0n || sum >> 128n !== 0n) return invalid(`sum ${sum} is not a u128`);
  if (!isPlace(root.depth, key)) return invalid(`place ${key} at depth ${root.depth}`);
  return verifyNode(root, root.depth, key, leafNode(key, sum, payloadHash), opening);
}

/** Whether a leaf with this sum and payload stands at place `key` of the tree. */
export function verifyLeaf(root: Root, key: number, sum: bigint, payload: Uint8Array, opening: Uint8Array): Verdict {
  return verifyLeafHash(root, key, sum, keccak256(payload), opening);
}

/** Whether nothing stands at `index` of `level`, and so nothing below it. */
export function verifyAbsence(root: Root, level: number, index: number, opening: Uint8Array): Verdict {
  return verifyNode(root, level, index, absentNode(), opening);
}

/**
 * Whether `node` stands at `index` of `level` (docs/formats.md §4), as its parent states it.
 * @param opening untrusted bytes of one opening
 */
export function verifyNode(root: Root, level: number, index: number, node: Node, opening: Uint8Array): Verdict {
  const decoded = readOpening(opening);
  if ("reason" in decoded) return invalid(decoded.reason);
  if (decoded.end !== opening.length) return invalid(`${opening.length - decoded.end} bytes behind the siblings`);
  return verifySiblings(root, level, index, node, decoded.siblings);
}

/** As `verifyNode`, for a decoded opening. */
export function verifySiblings(
  root: Root,
  level: number,
  index: number,
  node: Node,
  siblings: readonly (Node | undefined)[],
): Verdict {
  if (siblings.length !== level) return invalid(`opening of level ${siblings.length} instead of ${level}`);
  if (level > root.depth) return invalid(`level ${level} is below the leaves at ${root.depth}`);
  if (!isPlace(level, index)) return invalid(`index ${index} at level ${level}`);
  let current = node;
  let prefix = 0n;
  for (let l = level, place = index; l > 0; l--, place = Math.floor(place / 2)) {
    const sibling = siblings[l - 1] ?? absentNode();
    const isRight = place % 2 === 1;
    if (isRight) prefix += sibling.sum;
    const parent = isRight ? parentNode(sibling, current) : parentNode(current, sibling);
    if (parent === undefined) return invalid(`sum overflows at level ${l - 1}`);
    current = parent;
  }
  if (current.sum !== root.sum) return invalid(`sum ${current.sum} instead of the root's ${root.sum}`);
  if (!equalBytes(current.hash, root.hash)) return invalid("hash is not the root's");
  return { valid: true, prefix };
}

function invalid(reason: string): Verdict {
  return { valid: false, reason };
}

function isPlace(level: number, index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < 2 ** level;
}
