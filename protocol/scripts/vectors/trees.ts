// Vectors of sum trees and openings (docs/formats.md §2 and §4).
import { bytesToHex, concatBytes, MAX_U128 } from "../../src/bytes.ts";
import { absentNode, emptyRoot, isAbsent, type Node, type Root } from "../../src/node.ts";
import { encodeOpening, type Verdict, verifyLeaf, verifyNode } from "../../src/opening.ts";
import { type SumTree, sumTreeOf } from "../../src/sum-tree.ts";
import { seededBytes, seededUint } from "./seeded.ts";
import { nodeJson, type VectorCase, type VectorFile, vectorJson } from "./vector.ts";

type Leaf = { key: number; sum: bigint; payload: Uint8Array };
type Terminal = { leaf: { sum: bigint; payload: Uint8Array } } | { node: Node };

function leaf(key: number): Leaf {
  return { key, sum: seededUint(`sum ${key}`, 64), payload: seededBytes(`payload ${key}`, 1 + (key % 40)) };
}

/** The leaves of the rule "squares": at place `i` the sum `i² + 1` and the payload `i` as u32. */
export function squares(count: number): Leaf[] {
  return Array.from({ length: count }, (_, key) => ({
    key,
    sum: BigInt(key * key + 1),
    payload: Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key),
  }));
}

function treeCase(depth: number, keys: readonly number[], label: string): VectorCase {
  const leaves = keys.map(leaf);
  return {
    name: `tree, ${label}`,
    input: { depth, leaves: vectorJson(leaves) },
    output: { root: nodeJson(sumTreeOf(depth, leaves).root) },
  };
}

function openingCase(
  name: string,
  root: Root,
  place: { level: number; index: number },
  terminal: Terminal,
  opening: Uint8Array,
): VectorCase {
  const verdict: Verdict =
    "leaf" in terminal
      ? verifyLeaf(root, place.index, terminal.leaf.sum, terminal.leaf.payload, opening)
      : verifyNode(root, place.level, place.index, terminal.node, opening);
  return {
    name: `opening, ${name}`,
    input: { root: vectorJson(root), ...place, ...(vectorJson(terminal) as object), opening: bytesToHex(opening) },
    output: vectorJson(verdict),
  };
}

function leafCase(name: string, tree: SumTree, { key, sum, payload }: Leaf): VectorCase {
  const level = tree.root.depth;
  return openingCase(name, tree.root, { level, index: key }, { leaf: { sum, payload } }, tree.open(level, key));
}

function nodeCase(name: string, tree: SumTree, level: number, index: number): VectorCase {
  const node = tree.node(level, index);
  const what = isAbsent(node) ? "absence" : "inner node";
  return openingCase(`${what}: ${name}`, tree.root, { level, index }, { node }, tree.open(level, index));
}

function invalidCases(): VectorCase[] {
  const leaves = [1, 4, 5, 13].map(leaf);
  const tree = sumTreeOf(4, leaves);
  const [, , five] = leaves;
  const { key, sum, payload } = five!;
  const opening = tree.open(4, key);
  const at = { level: 4, index: key };
  const ours = { leaf: { sum, payload } };
  const flipped = opening.slice();
  flipped[20]! ^= 1;
  const marked = opening.slice();
  marked[4]! |= 0x10;
  const listedAbsent = concatBytes(Uint8Array.of(4, 0, 0, 0, 1), new Uint8Array(48));
  const overflowing = encodeOpening([
    { hash: seededBytes("large", 32), sum: MAX_U128 },
    undefined,
    undefined,
    undefined,
  ]);
  return [
    leafCase("leaf that the invalid ones vary", tree, five!),
    openingCase("invalid: sum", tree.root, at, { leaf: { sum: sum + 1n, payload } }, opening),
    openingCase("invalid: payload", tree.root, at, { leaf: { sum, payload: seededBytes("other", 9) } }, opening),
    openingCase("invalid: place", tree.root, { level: 4, index: 4 }, ours, opening),
    openingCase("invalid: place beyond the depth", tree.root, { level: 4, index: 16 + key }, ours, opening),
    openingCase("invalid: root's sum", { ...tree.root, sum: tree.root.sum + 1n }, at, ours, opening),
    openingCase("invalid: root's hash", { ...tree.root, hash: seededBytes("other", 32) }, at, ours, opening),
    openingCase("invalid: sibling", tree.root, at, ours, flipped),
    openingCase("invalid: absence of a leaf that is there", tree.root, at, { node: absentNode() }, opening),
    openingCase("invalid: level", tree.root, at, ours, tree.open(3, key >> 1)),
    openingCase("invalid: mark beyond the level", tree.root, at, ours, marked),
    openingCase("invalid: sibling cut off", tree.root, at, ours, opening.slice(0, -1)),
    openingCase("invalid: byte behind the siblings", tree.root, at, ours, concatBytes(opening, Uint8Array.of(0))),
    openingCase("invalid: no header", tree.root, at, ours, new Uint8Array(4)),
    openingCase(
      "invalid: listed sibling that is (0, 0)",
      emptyRoot(4),
      { level: 4, index: 0 },
      { node: absentNode() },
      listedAbsent,
    ),
    openingCase("invalid: sum overflows", tree.root, at, ours, overflowing),
    openingCase(
      "invalid: below the leaves",
      emptyRoot(4),
      { level: 5, index: 0 },
      { node: absentNode() },
      encodeOpening(new Array(5).fill(undefined)),
    ),
  ];
}

export function treeVectors(): VectorFile {
  const thousand = sumTreeOf(24, squares(1000));
  const sparseKeys = [0, 3, 1_000, 65_535, 2 ** 31, 2 ** 32 - 1];
  const sparse = sumTreeOf(32, sparseKeys.map(leaf));
  return {
    about:
      'Trees: leaves and depth to the root; "rule": "squares" stands for `count` leaves, at place i the sum i*i + 1 and the payload i as u32. Openings: a terminal, either a leaf or a node as its parent states it ((0, 0) is an absence), at `index` of `level`, to whether it holds and the prefix sum. Reasons are informative.',
    cases: [
      ...[0, 1, 2, 3, 5, 8].map((count) =>
        treeCase(
          8,
          Array.from({ length: count }, (_, i) => i),
          `${count} leaves`,
        ),
      ),
      treeCase(0, [0], "one leaf at depth 0"),
      treeCase(28, [0], "one leaf at depth 28"),
      treeCase(32, sparseKeys, "sparse"),
      treeCase(8, [1, 2, 3, 200, 255], "sparse at depth 8"),
      {
        name: "tree, 1000 leaves",
        input: { depth: 24, rule: "squares", count: 1000 },
        output: { root: nodeJson(thousand.root) },
      },
      ...[0, 1, 511, 512, 999].map((key) => leafCase(`leaf ${key} of 1000`, thousand, squares(1000)[key]!)),
      nodeCase("place 1000 of 1000 leaves", thousand, 24, 1000),
      nodeCase("half of the tree", thousand, 1, 1),
      nodeCase("level 20 of 1000 leaves", thousand, 20, 33),
      nodeCase("the root itself", thousand, 0, 0),
      ...sparseKeys.map((key) => leafCase(`leaf ${key}, sparse`, sparse, leaf(key))),
      nodeCase("place 1, sparse", sparse, 32, 1),
      nodeCase("place 2^32 - 2, sparse", sparse, 32, 2 ** 32 - 2),
      nodeCase("level 16, sparse", sparse, 16, 0),
      nodeCase("anywhere in an empty tree", sumTreeOf(28, []), 28, 12_345),
      ...invalidCases(),
    ],
  };
}
