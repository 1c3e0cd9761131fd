// Leaves that are handed over with their openings, and their verification against roots that the chain names.
import type { Hex } from "viem";
import { bytesToHex, hexToBytes } from "./bytes.ts";
import { Checks } from "./check-steps.ts";
import { GROUP, INDEX, type Kind, PAYOUT, RECEIPT, SKETCH } from "./kinds.ts";
import type { Node } from "./node.ts";
import type { Link } from "./proofs/link.ts";
import { Refusal } from "./proofs/refusal.ts";
import { nestedTree, openInput, openLeaf, type Tree } from "./proofs/openings.ts";

/** An opened leaf in JSON: its place, its sum in decimal, its payload and its opening (docs/formats.md §4). */
export type LeafJson = { readonly key: number; readonly sum: string; readonly payload: Hex; readonly opening: Hex };

export type RootHex = { readonly hash: Hex; readonly sum: bigint };

/** A leaf that its opening has shown; without payload where it shows that nothing stands there. */
export type ShownLeaf = { place: number; sum: bigint; payload: Uint8Array };

/** `prefix` is the sum of all leaves left of it. */
export type Leaf = ShownLeaf & { prefix: bigint };

/** Kinds of trees that proposals are computed from. */
const INPUTS: ReadonlySet<Kind> = new Set([RECEIPT, SKETCH, INDEX]);
/** Kinds of trees whose roots stand on chain; those of the others stand in leaves. */
const ROOTS_ON_CHAIN: ReadonlySet<Kind> = new Set([...INPUTS, GROUP, PAYOUT]);

export function leafJson({ key, sum, payload, opening }: Link): LeafJson {
  return { key: Number(key), sum: String(sum), payload: bytesToHex(payload), opening: bytesToHex(opening) };
}

/** The tree of a kind under a root on chain. */
export function treeAt(kind: Kind, { hash, sum }: RootHex): Tree {
  const node: Node = { hash: hexToBytes(hash), sum };
  return { root: { ...node, depth: kind.depth }, kind };
}

/** The tree whose root is number `which` in a leaf. */
export function nestedIn(kind: Kind, leaf: Leaf, which: 0 | 1): Tree {
  const tree = nestedTree(kind, leaf.payload, which);
  if (tree === undefined) throw new RangeError(`kind ${kind.name} has no nested root number ${which}`);
  return tree;
}

/**
 * The leaf, which must stand in the tree.
 * @param what names it in the step
 * @throws Error if it does not open, or nothing stands there
 */
export function leafIn(tree: Tree, json: LeafJson, what: string, checks: Checks): Leaf {
  const { kind, root } = tree;
  const leaf = openedLeaf(tree, json);
  const holds = leaf !== undefined;
  const expected = bytesToHex(root.hash);
  const source = ROOTS_ON_CHAIN.has(kind) ? "chain" : "opening";
  const found = holds ? expected : "no leaf that opens";
  const reason = `${what}: it does not open from the ${kind.name} root on chain`;
  checks.step({ what: `${what}: its opening leads to the ${kind.name} root`, expected, found, holds, source }, reason);
  return leaf!;
}

/**
 * Opens one leaf of a tree of a kind from its root on chain.
 * @param k coordinates of the method's sketches, where the kind has one
 * @throws Error naming `what` if the opening does not lead there, or shows that nothing stands there
 */
export function verifyLeafJson(kind: Kind, root: RootHex, leaf: LeafJson, what: string, k?: number): ShownLeaf {
  return leafIn(k === undefined ? treeAt(kind, root) : { ...treeAt(kind, root), k }, leaf, what, new Checks());
}

/** As {@link verifyLeafJson}, of a tree of a proposal and of a leaf that may be absent: one without payload is `undefined` if its opening shows that nothing stands there. */
export function verifyPresence(kind: Kind, root: RootHex, leaf: LeafJson, what: string): ShownLeaf | undefined {
  if (leaf.payload !== "0x") return verifyLeafJson(kind, root, leaf, what);
  try {
    openLeaf(treeAt(kind, root), linkOf(leaf), 0);
  } catch (cause) {
    throw new Error(`${what}: its absence does not open from the ${kind.name} root on chain`, { cause });
  }
  return undefined;
}

function linkOf({ key, sum, payload, opening }: LeafJson): Link {
  if (!Number.isSafeInteger(key) || key < 0) throw new Error(`a leaf's key is ${key}, no place`);
  const [preimage, bytes] = [new Uint8Array(), hexToBytes(payload)];
  return { key: BigInt(key), which: 0, sum: leafSum(sum), payload: bytes, preimage, opening: hexToBytes(opening) };
}

/** The sum of a leaf out of JSON. @throws Error if it is no whole number in decimal digits */
export function leafSum(text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,38})$/.test(text))
    throw new Error(`a leaf's sum is ${text}, no whole number in decimal digits`);
  return BigInt(text);
}

function openedLeaf(tree: Tree, leaf: LeafJson): Leaf | undefined {
  const link = linkOf(leaf);
  try {
    if (!INPUTS.has(tree.kind)) {
      const shown = openLeaf(tree, link, 0);
      return shown.what === "leaf" ? shown : undefined;
    }
    const { isPresent, prefix } = openInput(tree, link, link.key, 0);
    return isPresent ? { place: Number(link.key), sum: link.sum, prefix, payload: link.payload } : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
