// What links and chains of links show of committed trees (twin of contracts/libraries/Openings.sol).
import { isZero } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";
import { type Kind, TRACE } from "../kinds.ts";
import { nestedKind, nestedRoot } from "../nested.ts";
import { isAbsent, isSumWithoutHash, leafNode, leafPreimage, type Node, type Root } from "../node.ts";
import { readOpening, verifySiblings } from "../opening.ts";
import { judgeNode } from "../well-formed.ts";
import { isShaped } from "./fields.ts";
import type { Link } from "./link.ts";
import { refuse } from "./refusal.ts";

/** A tree to open links in. */
export type Tree = {
  root: Root;
  kind: Kind;
  /** Coordinates of the method's sketches, where the kind has one. */
  k?: number;
  /** The list whose entries the tree holds. */
  list?: "helpful" | "harmful";
};

/** A leaf of an accused proposal, of its kind's tag and length; `prefix` is the sum of all leaves left of it. */
export type OpenedLeaf = { what: "leaf"; place: number; sum: bigint; prefix: bigint; payload: Uint8Array };
export type Absence = { what: "absent"; place: number };

/**
 * What a link shows of an input: whether a leaf is there that counts (neither it nor a node above it is malformed), its sum as the tree states it (0 if
 * the leaf is absent or a node above it is malformed), and the sum of all leaves left of it (of no use where a node above it is malformed).
 */
export type OpenedInput = { isPresent: boolean; sum: bigint; prefix: bigint; payload: Uint8Array };

/** The node in which a link ends, with what leads there. */
type Terminal = { node: Node; level: number; index: number; prefix: bigint; siblings: (Node | undefined)[] };

const NOTHING = new Uint8Array();

/**
 * Opens one link of an accused proposal: a leaf of its kind's tag and length, or absence.
 * @param at number of the link among those of the call, for the refusal
 */
export function openLeaf(tree: Tree, link: Link, at: number): OpenedLeaf | Absence {
  const { node, prefix } = terminalOf(tree, link, at);
  const { sum, payload, preimage } = link;
  const place = Number(link.key);
  if (preimage.length !== 0) refuse("InvalidOpening", at);
  if (payload.length !== 0) {
    if (!isShaped(tree.kind, payload)) refuse("InvalidOpening", at);
    return { what: "leaf", place, sum, prefix, payload };
  }
  return isAbsent(node) ? { what: "absent", place } : refuse("InvalidOpening", at);
}

/**
 * Opens a chain of an accused proposal. It ends in the last tree of the way, or earlier in a leaf that is absent.
 * @param way kinds of the trees that the chain passes, the outermost first
 * @param first number of the chain's first link among those of the call
 */
export function openChain(
  tree: Tree,
  way: readonly Kind[],
  links: readonly Link[],
  first: number,
): (OpenedLeaf | Absence)[] {
  const opened: (OpenedLeaf | Absence)[] = [];
  let current = tree;
  for (const [i, link] of links.entries()) {
    if (i === way.length) break;
    if (i > 0) {
      const above = opened[i - 1] as OpenedLeaf;
      const nested = nestedTree(way[i - 1]!, above.payload, links[i - 1]!.which);
      if (nested === undefined || nested.kind !== way[i]) return refuse("WrongPlace", first + i - 1);
      current = nested;
    }
    const last = openLeaf(current, link, first + i);
    opened.push(last);
    if (last.what === "absent" || i === way.length - 1) {
      if (links.length !== i + 1) refuse("WrongChain", links.length);
      return opened;
    }
  }
  return refuse("WrongChain", links.length);
}

/** Opens all links of a chain but the last, on whatever way their `which` name, and gives the tree of the last. */
export function openParents(tree: Tree, links: readonly Link[], first: number): { tree: Tree; leaves: OpenedLeaf[] } {
  if (links.length === 0) refuse("WrongChain", 0);
  const leaves: OpenedLeaf[] = [];
  let current = tree;
  for (const [i, link] of links.slice(0, -1).entries()) {
    const leaf = openLeaf(current, link, first + i);
    if (leaf.what === "absent") refuse("WrongChain", links.length);
    leaves.push(leaf);
    current = nestedTree(current.kind, leaf.payload, link.which) ?? refuse("WrongChain", links.length);
  }
  return { tree: current, leaves };
}

/** Whether a link shows a malformed node or payload. The link holds either way, or is refused. */
export function showsMalformed(tree: Tree, link: Link, at: number): boolean {
  return isMalformed(tree, link, terminalOf(tree, link, at));
}

/** Opens one link of an input at the place that the proof is about. A link that gives a preimage must show with it that the node is malformed. */
export function openInput(tree: Tree, link: Link, place: number | bigint, at: number): OpenedInput {
  if (link.key !== BigInt(place)) refuse("WrongPlace", at);
  const terminal = terminalOf(tree, link, at);
  const { prefix, node, level, siblings } = terminal;
  const absent: OpenedInput = { isPresent: false, sum: 0n, prefix, payload: NOTHING };
  if (isAbsent(node)) return absent;
  const broken = isMalformed(tree, link, terminal);
  const isLeafLink = link.preimage.length === 0 && link.payload.length !== 0;
  if (!broken && !isLeafLink) refuse("InvalidOpening", at);
  // A node without a hash makes the one over it malformed (docs/formats.md §5, 2).
  const isBelowMalformed = siblings.some((sibling) => sibling !== undefined && isZero(sibling.hash));
  if (isSumWithoutHash(node) || level !== tree.root.depth || isBelowMalformed) return absent;
  return { isPresent: !broken, sum: link.sum, prefix, payload: broken ? NOTHING : link.payload };
}

/** The tree whose root is number `which` in a payload of a kind, `undefined` if there is none. */
export function nestedTree(outer: Kind, payload: Uint8Array, which: number): Tree | undefined {
  const kind = nestedKind(outer, which);
  if (kind === undefined) return undefined;
  const root = nestedRoot(outer, payload, which);
  return outer === TRACE ? { root, kind, list: which === 0 ? "helpful" : "harmful" } : { root, kind };
}

function isMalformed(tree: Tree, { key, sum, payload, preimage }: Link, { node, level, index }: Terminal): boolean {
  const isLeafLink = preimage.length === 0 && payload.length !== 0;
  const shown = isLeafLink ? leafPreimage(key, sum, keccak256(payload)) : preimage;
  return judgeNode({ ...tree, level, index, node }, shown, payload).verdict === "malformed";
}

/** The node that the link says it ends in, if the opening leads to it. */
function terminalOf(tree: Tree, { key, sum, payload, preimage, opening: bytes }: Link, at: number): Terminal {
  const { root } = tree;
  const opening = readOpening(bytes);
  if ("reason" in opening || opening.end !== bytes.length) return refuse("InvalidOpening", at);
  const { siblings } = opening;
  const level = siblings.length;
  if (level > root.depth || key >> BigInt(root.depth) !== 0n) refuse("InvalidOpening", at);
  const index = Math.floor(Number(key) / 2 ** (root.depth - level));
  const isLeafLink = preimage.length === 0 && payload.length !== 0;
  if (isLeafLink && level !== root.depth) refuse("InvalidOpening", at);
  for (const node of candidatesOf(isLeafLink, key, sum, payload, preimage)) {
    const verdict = verifySiblings(root, level, index, node, siblings);
    if (verdict.valid) return { node, level, index, prefix: verdict.prefix, siblings };
  }
  return refuse("InvalidOpening", at);
}

/** The nodes that a link may mean: without payload and preimage absence, a sum without a hash, or a node whose preimage has no bytes. */
function candidatesOf(
  isLeafLink: boolean,
  key: bigint,
  sum: bigint,
  payload: Uint8Array,
  preimage: Uint8Array,
): Node[] {
  if (isLeafLink) return [leafNode(key, sum, keccak256(payload))];
  const node = { hash: keccak256(preimage), sum };
  return preimage.length === 0 ? [{ hash: new Uint8Array(32), sum }, node] : [node];
}
