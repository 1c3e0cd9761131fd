// Nodes of sum trees over few leaves, hashed one by one: for places that have no kernels, such as browsers (docs/formats.md §2).
import { keccak256 } from "./keccak.ts";
import { absentNode, leafNode, type Node, parentNode, type Root } from "./node.ts";

export type FewLeaf = { readonly place: number; readonly sum: bigint; readonly payload: Uint8Array };

/**
 * The node at a level over leaves that all stand below it; absent if there are none.
 * @param leaves by ascending places
 * @throws RangeError if they are not in order, do not stand below one node of that level, or add up to more than 2^128 − 1
 */
export function nodeOver(depth: number, level: number, leaves: readonly FewLeaf[]): Node {
  let nodes = leaves.map(({ place, sum, payload }) => ({
    index: place,
    node: leafNode(place, sum, keccak256(payload)),
  }));
  const wrong = nodes.findIndex(({ index }, i) => index >= 2 ** depth || (i > 0 && index <= nodes[i - 1]!.index));
  if (wrong >= 0)
    throw new RangeError(`leaf ${wrong}: place ${nodes[wrong]!.index} is beyond the tree, or out of order`);
  for (let at = depth; at > level; at--) {
    const above: typeof nodes = [];
    for (let i = 0; i < nodes.length; i++) {
      const { index, node } = nodes[i]!;
      const next = nodes[i + 1];
      const isPair = index % 2 === 0 && next?.index === index + 1;
      const parent =
        index % 2 === 1 ? parentNode(absentNode(), node) : parentNode(node, isPair ? next.node : absentNode());
      if (parent === undefined)
        throw new RangeError(`the leaves at and below place ${index} of level ${at} add up to too much`);
      above.push({ index: Math.floor(index / 2), node: parent });
      if (isPair) i++;
    }
    nodes = above;
  }
  if (nodes.length > 1) throw new RangeError(`the leaves stand below ${nodes.length} nodes of level ${level}`);
  return nodes[0]?.node ?? absentNode();
}

/** The root of the tree that has these leaves and no others. */
export function rootOver(depth: number, leaves: readonly FewLeaf[]): Root {
  return { ...nodeOver(depth, 0, leaves), depth };
}
