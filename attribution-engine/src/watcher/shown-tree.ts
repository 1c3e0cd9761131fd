// Trees of which only some nodes are known: what stands at a place of one, as a link of a proof.
import { equalBytes } from "@tributary/protocol/bytes";
import type { Commitment, Demand, Step } from "@tributary/protocol/demand";
import { keccak256 } from "@tributary/protocol/keccak";
import { type Kind, MOST_PAYLOAD } from "@tributary/protocol/kinds";
import { absentNode, isAbsent, isSumWithoutHash, leafPreimage, type Node, readNode } from "@tributary/protocol/node";
import { encodeOpening } from "@tributary/protocol/opening";
import { absentLink, leafLink, type Link, malformedLink } from "@tributary/protocol/proofs/link";
import { nestedTree, type Tree } from "@tributary/protocol/proofs/openings";
import { judgeNode } from "@tributary/protocol/well-formed";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { PreimageSource } from "./preimage-store.ts";

/** A committed tree. */
export interface ShownTree {
  readonly tree: Tree;
  /** The leaves above it, outermost first, each with the number of its nested root. */
  readonly parents: readonly Link[];
  readonly path: readonly Step[];
  /** What it belongs to; trees that cannot be demanded any more have none. */
  readonly commitment: Commitment | undefined;
  readonly source: PreimageSource;
  /** Trees that are known whole: nodes that are the same in one of them need not be shown. */
  readonly twins: readonly PayloadTree[];
}

/** What stands at a place, with the link that shows it. */
export type Standing =
  | {
      readonly what: "leaf";
      readonly place: number;
      readonly sum: bigint;
      readonly payload: Uint8Array;
      readonly link: Link;
    }
  | { readonly what: "absent"; readonly place: number; readonly link: Link }
  | { readonly what: "malformed"; readonly place: number; readonly link: Link };

/** A leaf that stands at a place. */
export type StandingLeaf = Extract<Standing, { what: "leaf" }>;

/** A node to demand: as its parent states it, the leaves above its tree, and its opening in that tree. */
export interface NodeDemand extends Demand {
  readonly node: Node;
  readonly parents: readonly Link[];
  readonly opening: Uint8Array;
}

/** A node whose preimage was not shown. */
export class MissingNode extends Error {
  readonly demand: NodeDemand | undefined;
  /** The first place under it. */
  readonly from: number;
  /** The first place after those. */
  readonly end: number;

  constructor(shown: ShownTree, level: number, index: number, node: Node, siblings: readonly (Node | undefined)[]) {
    super(`level ${level}, index ${index} of a tree of kind ${shown.tree.kind.name} was not shown`);
    const { commitment, path, parents } = shown;
    const width = 2 ** (shown.tree.root.depth - level);
    this.from = index * width;
    this.end = this.from + width;
    this.demand =
      commitment === undefined
        ? undefined
        : { commitment, path, level, index: BigInt(index), node, parents, opening: encodeOpening(siblings) };
  }
}

/** What is known of a node: the two nodes under it, or the payload of a leaf; that it is malformed; or nothing. */
export type NodeView =
  | { readonly what: "inner"; readonly left: Node; readonly right: Node }
  | { readonly what: "leaf"; readonly payload: Uint8Array }
  | { readonly what: "malformed"; readonly preimage: Uint8Array; readonly payload: Uint8Array }
  | { readonly what: "missing" };

const NOTHING = new Uint8Array();
const HASH_OF_NOTHING = keccak256(NOTHING);

/** Looks at a node that is not absent. */
export function viewNode(shown: ShownTree, level: number, index: number, node: Node): NodeView {
  const twin = shown.twins.find((known) => isSameNode(known.node(level, index), node));
  if (twin !== undefined && level < shown.tree.root.depth)
    return { what: "inner", left: twin.node(level + 1, 2 * index), right: twin.node(level + 1, 2 * index + 1) };
  const payload = twin?.payload(index);
  const preimage = payload === undefined ? get(shown, node.hash) : leafPreimage(index, node.sum, keccak256(payload));
  if (isSumWithoutHash(node)) return { what: "malformed", preimage: NOTHING, payload: NOTHING };
  return preimage === undefined ? { what: "missing" } : judge(shown, level, index, node, preimage, payload);
}

function judge(
  shown: ShownTree,
  level: number,
  index: number,
  node: Node,
  preimage: Uint8Array,
  known: Uint8Array | undefined,
): NodeView {
  const placed = { ...shown.tree, level, index, node };
  if (judgeNode(placed, preimage).verdict === "malformed") return { what: "malformed", preimage, payload: NOTHING };
  if (level < shown.tree.root.depth)
    return { what: "inner", left: readNode(preimage, 1), right: readNode(preimage, 49) };
  const payload = known ?? get(shown, preimage.subarray(25));
  if (payload === undefined) return { what: "missing" };
  if (judgeNode(placed, preimage, payload).verdict !== "malformed") return { what: "leaf", payload };
  // A leaf with a payload shows itself; only one without needs the preimage of its node.
  return { what: "malformed", preimage: payload.length === 0 ? preimage : NOTHING, payload };
}

/**
 * What stands at a place.
 * @throws MissingNode if a node on the way was not shown
 */
export function standAt(shown: ShownTree, place: number): Standing {
  const { depth } = shown.tree.root;
  const siblings: (Node | undefined)[] = [];
  let node: Node = shown.tree.root;
  for (let level = 0; ; level++) {
    const opening = (): Uint8Array => encodeOpening(siblings);
    if (isAbsent(node)) return { what: "absent", place, link: absentLink(place, opening()) };
    const index = Math.floor(place / 2 ** (depth - level));
    const view = viewNode(shown, level, index, node);
    if (view.what === "missing") throw new MissingNode(shown, level, index, node, siblings);
    if (view.what === "malformed") {
      const link = malformedLink(place, node.sum, view.preimage, view.payload, opening());
      return { what: "malformed", place, link };
    }
    if (view.what === "leaf") {
      const { payload } = view;
      return { what: "leaf", place, sum: node.sum, payload, link: leafLink(place, node.sum, payload, opening()) };
    }
    const isRight = Math.floor(place / 2 ** (depth - level - 1)) % 2 === 1;
    const sibling = isRight ? view.left : view.right;
    siblings.push(isAbsent(sibling) ? undefined : sibling);
    node = isRight ? view.right : view.left;
  }
}

/**
 * A tree that is known whole, as one to take links from.
 * @param k coordinates of the method's sketches, where the kind has one
 */
export function wholeTree(kind: Kind, tree: PayloadTree, k?: number): ShownTree {
  const of = { root: tree.root, kind, ...(k === undefined ? {} : { k }) };
  return { tree: of, parents: [], path: [], commitment: undefined, source: { get: () => undefined }, twins: [tree] };
}

/** The tree whose root is number `which` in a leaf; `twins` are trees that it may be. */
export function nestedIn(shown: ShownTree, leaf: StandingLeaf, which: 0 | 1, twins: readonly PayloadTree[]): ShownTree {
  const tree = nestedTree(shown.tree.kind, leaf.payload, which);
  if (tree === undefined) throw new RangeError(`kind ${shown.tree.kind.name} has no nested root number ${which}`);
  return {
    ...shown,
    tree,
    parents: [...shown.parents, { ...leaf.link, which }],
    path: [...shown.path, { leaf: BigInt(leaf.place), which }],
    twins,
  };
}

/** The chain to what stands at a place of the tree. */
export function chainTo(shown: ShownTree, { link }: Standing, which = 0): Link[] {
  return [...shown.parents, { ...link, which }];
}

/**
 * The first place from `from` on at which something stands, or may stand: `standAt` says what, or that a node is missing.
 */
export function firstPresentFrom(shown: ShownTree, from: number): number | undefined {
  const { root } = shown.tree;
  const search = (level: number, index: number, node: Node): number | undefined => {
    const width = 2 ** (root.depth - level);
    if (isAbsent(node) || (index + 1) * width <= from) return undefined;
    if (level === root.depth) return index;
    const view = viewNode(shown, level, index, node);
    if (view.what !== "inner") return Math.max(from, index * width);
    return search(level + 1, 2 * index, view.left) ?? search(level + 1, 2 * index + 1, view.right);
  };
  return search(0, 0, root);
}

/**
 * The places at which a tree differs from the honest one, ascending; of what is absent or malformed as a whole, one place. Where a node is missing it
 * yields that instead.
 */
export function* differingPlaces(shown: ShownTree, honest: PayloadTree | undefined): Generator<number | MissingNode> {
  const { root } = shown.tree;
  interface Step {
    readonly level: number;
    readonly index: number;
    readonly node: Node;
    readonly above: readonly (Node | undefined)[];
  }
  const left: Step[] = [{ level: 0, index: 0, node: root, above: [] }];
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    const { level, index, node, above } = step;
    if (isSameNode(honest?.node(level, index) ?? absentNode(), node)) continue;
    if (isAbsent(node)) {
      yield firstPlaceUnder(honest!, level, index);
      continue;
    }
    if (level === root.depth) {
      yield index;
      continue;
    }
    const view = viewNode(shown, level, index, node);
    if (view.what === "missing") {
      yield new MissingNode(shown, level, index, node, above);
    } else if (view.what !== "inner") {
      yield index * 2 ** (root.depth - level);
    } else {
      const beside = (sibling: Node): (Node | undefined)[] => [...above, isAbsent(sibling) ? undefined : sibling];
      left.push({ level: level + 1, index: 2 * index + 1, node: view.right, above: beside(view.left) });
      left.push({ level: level + 1, index: 2 * index, node: view.left, above: beside(view.right) });
    }
  }
}

/** A leaf that can be read, by itself or with what shows it. */
export type ReadLeaf = {
  readonly what: "leaf";
  readonly place: number;
  readonly sum: bigint;
  readonly payload: Uint8Array;
};

/**
 * What a tree holds, by ascending places: its leaves, for a malformed node one of its places, and nodes that are missing. Each node is looked at once, so that it
 * fits trees of which nothing but their root is known.
 */
export function* contentsOf(
  shown: ShownTree,
): Generator<ReadLeaf | { what: "malformed"; place: number } | MissingNode> {
  const { root } = shown.tree;
  interface Step {
    readonly level: number;
    readonly index: number;
    readonly node: Node;
    readonly above: readonly (Node | undefined)[];
  }
  const left: Step[] = [{ level: 0, index: 0, node: root, above: [] }];
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    const { level, index, node, above } = step;
    if (isAbsent(node)) continue;
    const view = viewNode(shown, level, index, node);
    if (view.what === "missing") yield new MissingNode(shown, level, index, node, above);
    else if (view.what === "malformed") yield { what: "malformed", place: index * 2 ** (root.depth - level) };
    else if (view.what === "leaf") yield { what: "leaf", place: index, sum: node.sum, payload: view.payload };
    else {
      const beside = (sibling: Node): (Node | undefined)[] => [...above, isAbsent(sibling) ? undefined : sibling];
      left.push({ level: level + 1, index: 2 * index + 1, node: view.right, above: beside(view.left) });
      left.push({ level: level + 1, index: 2 * index, node: view.left, above: beside(view.right) });
    }
  }
}

/** The first leaf under a node that is not absent. */
function firstPlaceUnder(tree: PayloadTree, level: number, index: number): number {
  let place = index;
  for (let l = level; l < tree.root.depth; l++) place = 2 * place + (isAbsent(tree.node(l + 1, 2 * place)) ? 1 : 0);
  return place;
}

/**
 * Bytes that were shown. Where they can still be demanded, those longer than any payload are taken as missing: no answer has them (docs/formats.md §9), so that a
 * demand for them ends the commit. Elsewhere they are malformed, as whatever has another length.
 */
function get({ source, tree, path, commitment }: ShownTree, hash: Uint8Array): Uint8Array | undefined {
  if (equalBytes(hash, HASH_OF_NOTHING)) return NOTHING;
  const bytes = source.get(hash, tree.kind, path);
  if (bytes === undefined || (commitment !== undefined && bytes.length > MOST_PAYLOAD)) return undefined;
  return equalBytes(keccak256(bytes), hash) ? bytes : undefined;
}

function isSameNode(a: Node, b: Node): boolean {
  return a.sum === b.sum && equalBytes(a.hash, b.hash);
}
