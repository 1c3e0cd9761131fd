// Sum trees as full as after years of use, of which only the paths to a few leaves are ever built.
import { toHex } from "viem";
import { keccak256 } from "@tributary/protocol/keccak";
import { absentNode, leafNode, type Node, parentNode } from "@tributary/protocol/node";
import { encodeOpening } from "@tributary/protocol/opening";

export type FilledLeaf = { sum: bigint; payloadHash: Uint8Array };

export type FilledTree = {
  root: { hash: string; sum: bigint };
  /** Absent where nothing is taken; what is under a subtree without a given leaf is not known, and absent too. */
  node(level: number, index: number): Node;
  /** The opening of a leaf, from the root or from where its path leaves that of the leaf that was opened before. */
  open(place: number, before?: number): string;
  /** The opening of the node at this level above a place, from the root. */
  openNode(place: number, level: number): string;
};

export type FilledTreeInput = {
  /** Levels below the root. */
  depth: number;
  /** The first 2^filled places are taken. */
  filled: number;
  leaves: ReadonlyMap<number, FilledLeaf>;
  /** Sum of a subtree that holds none of the leaves, `height` levels above the places. */
  sumOf: (height: number) => bigint;
  /** What all sums add up to; the subtree with the last place makes up the difference. */
  total?: bigint;
};

/**
 * Every leaf's opening has `filled` siblings; where a subtree holds no given leaf, its hash is made up.
 * @throws RangeError where the sums exceed the total
 */
export function filledTree(input: FilledTreeInput): FilledTree {
  const sum = buildTree(input, 0n, new Map()).sum;
  const remainder = (input.total ?? sum) - sum;
  if (remainder < 0n) throw new RangeError(`the sums add up to ${sum}, more than the total of ${input.total}`);
  const nodes = new Map<string, Node>();
  const root = buildTree(input, remainder, nodes);
  return {
    root: { hash: toHex(root.hash), sum: root.sum },
    node: (level, index) => nodes.get(`${level}:${index}`) ?? absentNode(),
    open: (place, before) => {
      const levels = before === undefined ? input.depth : 32 - Math.clz32(place ^ before);
      return openBetween(place, input.depth - levels + 1, input.depth);
    },
    openNode: (place, level) => openBetween(place, 1, level),
  };

  function openBetween(place: number, first: number, last: number): string {
    const siblings: (Node | undefined)[] = [];
    for (let level = first; level <= last; level++) {
      siblings.push(nodes.get(`${level}:${(place >> (input.depth - level)) ^ 1}`));
    }
    return toHex(encodeOpening(siblings));
  }
}

function buildTree(input: FilledTreeInput, remainder: bigint, nodes: Map<string, Node>): Node {
  const { depth, filled, leaves, sumOf } = input;
  const places = [...leaves.keys()];
  const last = 2 ** filled - 1;
  const visit = (level: number, index: number): Node => {
    const height = depth - level;
    const holds = (place: number): boolean => Math.floor(place / 2 ** height) === index;
    let node: Node;
    if (!places.some(holds)) {
      const isTaken = index * 2 ** height <= last;
      const hash = keccak256(new TextEncoder().encode(`${level}:${index}`));
      node = isTaken ? { hash, sum: sumOf(height) + (holds(last) ? remainder : 0n) } : absentNode();
      if (!isTaken) return node;
    } else if (height === 0) {
      const leaf = leaves.get(index)!;
      node = leafNode(index, leaf.sum, leaf.payloadHash);
    } else {
      const parent = parentNode(visit(level + 1, 2 * index), visit(level + 1, 2 * index + 1));
      if (parent === undefined) throw new RangeError(`the sums exceed 128 bits at level ${level}`);
      node = parent;
    }
    nodes.set(`${level}:${index}`, node);
    return node;
  };
  return visit(0, 0);
}
