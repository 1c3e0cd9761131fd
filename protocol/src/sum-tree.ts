// Building sum trees and opening their nodes (docs/formats.md §2 and §4).
import { encodeOpening } from "./opening.ts";
import { findOverflow, hashForest, hashLeaves, hashLevel, type Level } from "./kernel.ts";
import { keccak256 } from "./keccak.ts";
import { absentNode, isAbsent, MAX_DEPTH, type Node, type Root } from "./node.ts";

/** A built tree. Levels count from 0 (root) to `root.depth` (leaves); an index is a node's place in its level. */
export type SumTree = {
  root: Root;
  /** The node at a place, absent ones included. */
  node(level: number, index: number): Node;
  /** The opening (docs/formats.md §4) of the node at a place: of a leaf, an inner node, or an absence. */
  open(level: number, index: number): Uint8Array;
  /** The sum of all leaves at places below `key` (0 … 2^depth). */
  prefix(key: number): bigint;
};

export type SumTreeInput = {
  /** Levels below the root, 0 … 32; fixed per kind of tree (docs/formats.md §3). */
  depth: number;
  /** Places of the leaves, strictly ascending; 0 … n − 1 if left out. */
  keys?: Uint32Array;
  /** Sums of the leaves, two words per leaf: high, low. */
  sums: BigUint64Array;
  /** `H(payload)` of the leaves, 32 bytes each. */
  payloadHashes: Uint8Array;
};

/** Many trees of one depth whose leaves are contiguous from 0, standing one behind the other. */
export type ForestInput = {
  depth: number;
  /** Leaves per tree. */
  counts: Uint32Array;
  /** Sums of all leaves, two words per leaf: high, low. */
  sums: BigUint64Array;
  /** `H(payload)` of all leaves, 32 bytes each. */
  payloadHashes: Uint8Array;
};

/** The high and low words of sums, as the builders take them. */
export function sumWords(sums: readonly bigint[]): BigUint64Array {
  const words = new BigUint64Array(2 * sums.length);
  sums.forEach((sum, i) => {
    if (sum < 0n || sum >> 128n !== 0n) throw new RangeError(`leaf ${i}: sum ${sum} is not a u128`);
    words[2 * i] = sum >> 64n;
    words[2 * i + 1] = sum & 0xffffffffffffffffn;
  });
  return words;
}

/**
 * Builds a sum tree, docs/formats.md §2. Holds about 100 bytes per leaf of a dense tree; `sums` and `keys` are kept, not copied.
 * @throws RangeError if lengths disagree, places are not strictly ascending or beyond the depth, or the total exceeds 2^128 − 1 (names the leaf)
 */
export function buildSumTree(input: SumTreeInput): SumTree {
  const { depth, sums, payloadHashes } = input;
  const count = payloadHashes.length / 32;
  const keys = input.keys ?? Uint32Array.from({ length: count }, (_, i) => i);
  checkDepth(depth);
  if (sums.length !== 2 * keys.length || payloadHashes.length !== 32 * keys.length) {
    throw new RangeError(
      `${keys.length} places, ${sums.length / 2} sums and ${payloadHashes.length / 32} payload hashes: they must be equally many`,
    );
  }
  for (let i = 0; i < keys.length; i++) {
    if (keys[i]! >= 2 ** depth) throw new RangeError(`leaf ${i}: place ${keys[i]} is beyond depth ${depth}`);
    if (i > 0 && keys[i]! <= keys[i - 1]!) throw new RangeError(`leaf ${i}: place ${keys[i]} follows ${keys[i - 1]}`);
  }
  const overflow = findOverflow(sums);
  if (overflow >= 0) throw new RangeError(`leaf at place ${keys[overflow]}: the total exceeds 2^128 - 1`);

  const levels: Level[] = new Array(depth + 1);
  levels[depth] = { keys, sums, hashes: hashLeaves(keys, sums, payloadHashes) };
  for (let level = depth; level > 0; level--) levels[level - 1] = hashLevel(levels[level]!);
  return treeOf(levels);
}

/**
 * The tree over leaves given one by one.
 * @param leaves in order of their places; a leaf without a place stands behind the one before it (the first at 0)
 * @throws RangeError as `buildSumTree`
 */
export function sumTreeOf(
  depth: number,
  leaves: readonly { key?: number; sum: bigint; payload: Uint8Array }[],
): SumTree {
  const keys = new Uint32Array(leaves.length);
  const payloadHashes = new Uint8Array(32 * leaves.length);
  let next = 0;
  leaves.forEach((leaf, i) => {
    const key = leaf.key ?? next;
    if (!Number.isInteger(key) || key < 0 || key >= 2 ** 32)
      throw new RangeError(`leaf ${i}: place ${key} is not a u32`);
    keys[i] = key;
    next = key + 1;
    payloadHashes.set(keccak256(leaf.payload), 32 * i);
  });
  return buildSumTree({ depth, keys, sums: sumWords(leaves.map((leaf) => leaf.sum)), payloadHashes });
}

/**
 * The roots of many trees, built together: far quicker than one by one where trees are small.
 * @returns one root per tree, in order
 * @throws RangeError if lengths disagree, a tree has more leaves than places, or its sum exceeds 2^128 − 1
 */
export function forestRoots(input: ForestInput): { hashes: Uint8Array; sums: BigUint64Array } {
  const { depth, counts, sums, payloadHashes } = input;
  checkDepth(depth);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (sums.length !== 2 * total || payloadHashes.length !== 32 * total) {
    throw new RangeError(
      `trees of ${total} leaves in all, ${sums.length / 2} sums and ${payloadHashes.length / 32} payload hashes`,
    );
  }
  counts.forEach((count, tree) => {
    if (count > 2 ** depth) throw new RangeError(`tree ${tree}: ${count} leaves at depth ${depth}`);
  });
  return hashForest(depth, counts, sums, payloadHashes);
}

function checkDepth(depth: number): void {
  if (!Number.isInteger(depth) || depth < 0 || depth > MAX_DEPTH)
    throw new RangeError(`depth ${depth} is not 0 … ${MAX_DEPTH}`);
}

function treeOf(levels: readonly Level[]): SumTree {
  const depth = levels.length - 1;

  function node(level: number, index: number): Node {
    checkPlace(level, index, depth);
    const nodes = levels[level]!;
    const at = positionOf(nodes.keys, index);
    if (nodes.keys[at] !== index) return absentNode();
    return {
      hash: nodes.hashes.slice(32 * at, 32 * at + 32),
      sum: (nodes.sums[2 * at]! << 64n) | nodes.sums[2 * at + 1]!,
    };
  }

  function open(level: number, index: number): Uint8Array {
    checkPlace(level, index, depth);
    const siblings: Node[] = [];
    for (let l = 1; l <= level; l++) siblings.push(node(l, siblingOf(ancestorOf(index, level - l))));
    return encodeOpening(siblings.map((sibling) => (isAbsent(sibling) ? undefined : sibling)));
  }

  function prefix(key: number): bigint {
    if (key === 2 ** depth) return node(0, 0).sum;
    checkPlace(depth, key, depth);
    let sum = 0n;
    for (let level = 1; level <= depth; level++) {
      const index = ancestorOf(key, depth - level);
      if (index % 2 === 1) sum += node(level, index - 1).sum;
    }
    return sum;
  }

  return { root: { ...node(0, 0), depth }, node, open, prefix };
}

function checkPlace(level: number, index: number, depth: number): void {
  if (!Number.isInteger(level) || level < 0 || level > depth)
    throw new RangeError(`level ${level} of a tree of depth ${depth}`);
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** level)
    throw new RangeError(`index ${index} at level ${level}`);
}

/** Index of the ancestor `up` levels above; indexes may need 32 bits, where shifts would fail. */
function ancestorOf(index: number, up: number): number {
  return Math.floor(index / 2 ** up);
}

function siblingOf(index: number): number {
  return index % 2 === 0 ? index + 1 : index - 1;
}

/** Position of the first key that is not below `index`; at once where the keys are dense. */
function positionOf(keys: Uint32Array, index: number): number {
  if (keys[index] === index) return index;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
