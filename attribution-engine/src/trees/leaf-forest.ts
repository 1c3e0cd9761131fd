// Many trees of one kind whose leaves stand in one column, contiguous from place 0 of their tree.
import type { Root } from "@tributary/protocol/node";
import { forestRoots } from "@tributary/protocol/sum-tree";
import { hashRows } from "./hash-rows.ts";
import { buildPayloadTree, type PayloadTree } from "./payload-tree.ts";
import { setU128, u128At, u128Column } from "./u128-words.ts";

/** Tree `t` has the leaves `start(t) … start(t) + size(t) − 1` of the column that `write` and `sum` read. */
export interface LeafForest {
  readonly depth: number;
  readonly trees: number;
  readonly payloadBytes: number;
  start(tree: number): number;
  size(tree: number): number;
  /** Writes the payload of a leaf at byte `at`. */
  write(view: DataView, at: number, leaf: number): void;
  sum(leaf: number): bigint;
}

/** Roots by tree: 32 bytes of hash each, and a u128 column of sums. */
export interface Roots {
  readonly hashes: Uint8Array;
  readonly sums: BigUint64Array;
}

const LEAVES_PER_BATCH = 65536;

/** The roots of all trees, in batches, so that memory stays bounded. */
export function rootsOf(forest: LeafForest): Roots {
  const { trees } = forest;
  const roots: Roots = { hashes: new Uint8Array(32 * trees), sums: u128Column(trees) };
  for (let first = 0; first < trees;) {
    let end = first;
    let leaves = 0;
    while (end < trees && (leaves < LEAVES_PER_BATCH || end === first)) leaves += forest.size(end++);
    const counts = Uint32Array.from({ length: end - first }, (_, i) => forest.size(first + i));
    const part = forestRoots({ depth: forest.depth, counts, ...leavesOf(forest, first, end, leaves) });
    roots.hashes.set(part.hashes, 32 * first);
    roots.sums.set(part.sums, 2 * first);
    first = end;
  }
  return roots;
}

/** One tree of the forest, for openings. */
export function treeOf(forest: LeafForest, tree: number): PayloadTree {
  const start = forest.start(tree);
  const sums = u128Column(forest.size(tree));
  for (let i = 0; 2 * i < sums.length; i++) setU128(sums, i, forest.sum(start + i));
  return buildPayloadTree({
    depth: forest.depth,
    payloadBytes: forest.payloadBytes,
    sums,
    encode: (first, end) => encodeLeaves(forest, end - first, (i) => start + first + i),
  });
}

/** The roots `first`, `first + 2` … below `end`. */
export function everyOther(roots: Roots, first: number, end: number): Roots {
  const count = Math.ceil((end - first) / 2);
  const picked: Roots = { hashes: new Uint8Array(32 * count), sums: u128Column(count) };
  for (let i = 0; i < count; i++) {
    const from = first + 2 * i;
    picked.hashes.set(roots.hashes.subarray(32 * from, 32 * from + 32), 32 * i);
    picked.sums.set(roots.sums.subarray(2 * from, 2 * from + 2), 2 * i);
  }
  return picked;
}

/** Root `i` of a forest of that depth. */
export function rootAt(roots: Roots, i: number, depth: number): Root {
  return { hash: roots.hashes.slice(32 * i, 32 * i + 32), sum: u128At(roots.sums, i), depth };
}

function leavesOf(
  forest: LeafForest,
  first: number,
  end: number,
  count: number,
): { sums: BigUint64Array; payloadHashes: Uint8Array } {
  const leaves = new Uint32Array(count);
  const sums = u128Column(count);
  let n = 0;
  for (let tree = first; tree < end; tree++) {
    const start = forest.start(tree);
    const size = forest.size(tree);
    for (let i = 0; i < size; i++, n++) {
      leaves[n] = start + i;
      setU128(sums, n, forest.sum(start + i));
    }
  }
  const payloadHashes = hashRows(count, forest.payloadBytes, (from, to) =>
    encodeLeaves(forest, to - from, (i) => leaves[from + i]!),
  );
  return { sums, payloadHashes };
}

function encodeLeaves(forest: LeafForest, count: number, leafAt: (i: number) => number): Uint8Array {
  const bytes = new Uint8Array(count * forest.payloadBytes);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) forest.write(view, i * forest.payloadBytes, leafAt(i));
  return bytes;
}
