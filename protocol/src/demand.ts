// Demands for the preimages under a node of a published commitment, and their answers (docs/formats.md §9).
import { concatBytes, equalBytes, isZero, readBigUint, readUint, writeBigUint, writeUint } from "./bytes.ts";
import { keccak256 } from "./keccak.ts";
import { CONTENT, GROUP, INDEX, type Kind, KINDS, MOST_PAYLOAD, PAYOUT, placesOf, RECEIPT, SKETCH } from "./kinds.ts";
import { nestedKind } from "./nested.ts";
import {
  INNER_PREFIX,
  INNER_PREIMAGE_BYTES,
  innerPreimage,
  isAbsent,
  LEAF_PREIMAGE_BYTES,
  leafPreimage,
  type Node,
  readNode,
} from "./node.ts";

/** A published root: its kind, the id of what it belongs to, and the number of the commit under that id, from 0 in the order of the chain. */
export type Commitment = { kind: Kind; id: bigint; sub: number };

/** A step of a path: into a leaf, and from there into its nested root number `which`, 0 or 1, in payload order. */
export type Step = { leaf: bigint; which: 0 | 1 };

/** A demand: a node of a commitment's tree, or of a tree nested in it. */
export type Demand = { commitment: Commitment; path: readonly Step[]; level: number; index: bigint };

/** A node that an answer reveals. */
export type RevealedNode = { level: number; index: number; node: Node };

/** What an answer is built from: a tree's nodes. */
export type NodeSource = { root: { depth: number }; node(level: number, index: number): Node };

/** Levels whose preimages one answer reveals. */
export const ANSWER_LEVELS = 5;

const COMMITMENT_BYTES = 13;
const STEP_BYTES = 9;
const NODE_REFERENCE_BYTES = 9;
const COMMITTED_KINDS: readonly Kind[] = [CONTENT, INDEX, RECEIPT, SKETCH, GROUP, PAYOUT];

/** Kinds of which an id has one commit, so that `sub` is 0. */
const COMMITTED_ONCE: readonly Kind[] = [CONTENT, RECEIPT];

/** `kind u8 ‖ id u64 ‖ sub u32`. */
export function encodeCommitment({ kind, id, sub }: Commitment): Uint8Array {
  const bytes = new Uint8Array(COMMITMENT_BYTES);
  bytes[0] = kind.tag;
  writeBigUint(bytes, 1, 8, id, "commitment, id");
  writeUint(bytes, 9, 4, sub, "commitment, sub");
  return bytes;
}

/** `steps u8 ‖ steps × (leaf u64 ‖ which u8)`. */
export function encodePath(path: readonly Step[]): Uint8Array {
  const bytes = new Uint8Array(1 + STEP_BYTES * path.length);
  writeUint(bytes, 0, 1, path.length, "path, steps");
  path.forEach(({ leaf, which }, i) => {
    writeBigUint(bytes, 1 + STEP_BYTES * i, 8, leaf, "path, leaf");
    bytes[9 + STEP_BYTES * i] = which;
  });
  return bytes;
}

/**
 * `commitment ‖ path ‖ node`.
 * @throws RangeError naming the field that does not fit or addresses no node
 */
export function encodeDemand({ commitment, path, level, index }: Demand): Uint8Array {
  const node = new Uint8Array(NODE_REFERENCE_BYTES);
  writeUint(node, 0, 1, level, "node, level");
  writeBigUint(node, 1, 8, index, "node, index");
  checkDemand({ commitment, path, level, index });
  return concatBytes(encodeCommitment(commitment), encodePath(path), node);
}

/**
 * Reads a demand, strictly.
 * @throws Error naming the field that is malformed or addresses no node
 */
export function decodeDemand(bytes: Uint8Array): Demand {
  if (bytes.length < COMMITMENT_BYTES + 1) throw new Error(`demand: ${bytes.length} bytes`);
  const kind = KINDS.find(({ tag }) => tag === bytes[0]);
  if (kind === undefined || !COMMITTED_KINDS.includes(kind))
    throw new Error(`demand, kind: ${bytes[0]} is not published`);
  const steps = bytes[COMMITMENT_BYTES]!;
  const nodeAt = COMMITMENT_BYTES + 1 + STEP_BYTES * steps;
  if (bytes.length !== nodeAt + NODE_REFERENCE_BYTES)
    throw new Error(`demand: ${bytes.length} bytes with ${steps} steps`);
  const path = Array.from({ length: steps }, (_, i): Step => {
    const at = COMMITMENT_BYTES + 1 + STEP_BYTES * i;
    const which = bytes[at + 8]!;
    if (which !== 0 && which !== 1) throw new Error(`demand, which: ${which} is not 0 or 1`);
    return { leaf: readBigUint(bytes, at, 8), which };
  });
  const demand = {
    commitment: { kind, id: readBigUint(bytes, 1, 8), sub: readUint(bytes, 9, 4) },
    path,
    level: bytes[nodeAt]!,
    index: readBigUint(bytes, nodeAt + 1, 8),
  };
  checkDemand(demand);
  return demand;
}

/**
 * The kind of the tree that a path ends in.
 * @throws RangeError if a step names a leaf or a nested root that the tree has no place for
 */
export function kindAt(committed: Kind, path: readonly Step[]): Kind {
  return path.reduce((kind, { leaf, which }) => {
    if (leaf >= BigInt(placesOf(kind))) throw new RangeError(`demand, leaf: ${leaf} is no place of kind ${kind.name}`);
    const nested = nestedKind(kind, which);
    if (nested === undefined) throw new RangeError(`demand, which: kind ${kind.name} has no nested root ${which}`);
    return nested;
  }, committed);
}

function checkDemand({ commitment, path, level, index }: Demand): void {
  if (commitment.sub !== 0 && COMMITTED_ONCE.includes(commitment.kind))
    throw new RangeError(`demand, sub: ${commitment.sub} where there is one commit of kind ${commitment.kind.name}`);
  const { name, depth } = kindAt(commitment.kind, path);
  if (level > depth) throw new RangeError(`demand, level: ${level} of kind ${name}, which has depth ${depth}`);
  if (index >= 2n ** BigInt(level)) throw new RangeError(`demand, index: ${index} at level ${level}`);
}

/**
 * The answer that reveals an inner node: `count u8 ‖ count × 97 bytes`, breadth first.
 * @throws RangeError if the node is absent or a leaf
 */
export function answerInner(tree: NodeSource, level: number, index: number): Uint8Array {
  const { depth } = tree.root;
  if (level >= depth) throw new RangeError(`level ${level} of a tree of depth ${depth} has no inner nodes`);
  if (isAbsent(tree.node(level, index))) throw new RangeError(`nothing stands at index ${index} of level ${level}`);
  const preimages: Uint8Array[] = [];
  for (let down = 0; down < ANSWER_LEVELS && level + down < depth; down++) {
    for (let i = index * 2 ** down; i < (index + 1) * 2 ** down; i++) {
      if (isAbsent(tree.node(level + down, i))) continue;
      preimages.push(innerPreimage(tree.node(level + down + 1, 2 * i), tree.node(level + down + 1, 2 * i + 1)));
    }
  }
  return concatBytes(Uint8Array.of(preimages.length), ...preimages);
}

/**
 * The answer that reveals a leaf: `1 ‖ 57 bytes ‖ payload`.
 * @throws RangeError if the payload is longer than any kind's, so that nothing answers for it
 */
export function answerLeaf(key: number, sum: bigint, payload: Uint8Array): Uint8Array {
  if (payload.length > MOST_PAYLOAD) throw new RangeError(`a payload of ${payload.length} bytes has no answer`);
  return concatBytes(Uint8Array.of(1), leafPreimage(key, sum, keccak256(payload)), payload);
}

/**
 * The nodes that an answer reveals below an inner node, which is not among them: every child of a revealed preimage, absent ones left out.
 * @param depth depth of the tree
 * @returns the nodes breadth first, or why the bytes are no answer
 */
export function readInnerAnswer(
  demanded: RevealedNode,
  depth: number,
  answer: Uint8Array,
): { nodes: RevealedNode[] } | { reason: string } {
  if (demanded.level >= depth)
    return { reason: `level ${demanded.level} of a tree of depth ${depth} has no inner nodes` };
  const nodes: RevealedNode[] = [];
  const last = Math.min(demanded.level + ANSWER_LEVELS, depth);
  let count = 0;
  let at = 1;
  for (let queue = [demanded]; queue.length > 0;) {
    const below: RevealedNode[] = [];
    for (const { level, index, node } of queue) {
      const preimage = answer.subarray(at, at + INNER_PREIMAGE_BYTES);
      if (preimage.length !== INNER_PREIMAGE_BYTES) return { reason: `preimage ${count} is cut off` };
      if (!equalBytes(keccak256(preimage), node.hash))
        return { reason: `preimage ${count} is not that of level ${level}, index ${index}` };
      if (preimage[0] !== INNER_PREFIX) return { reason: `preimage ${count} begins with ${preimage[0]}` };
      at += INNER_PREIMAGE_BYTES;
      count++;
      below.push({ level: level + 1, index: 2 * index, node: readNode(preimage, 1) });
      below.push({ level: level + 1, index: 2 * index + 1, node: readNode(preimage, 49) });
    }
    nodes.push(...below.filter(({ node }) => !isAbsent(node)));
    queue = below.filter(({ level, node }) => level < last && !isZero(node.hash));
  }
  if (answer[0] !== count) return { reason: `count ${answer[0]} instead of ${count}` };
  if (at !== answer.length) return { reason: `${answer.length - at} bytes behind the preimages` };
  return { nodes };
}

/**
 * The leaf preimage and the payload of an answer to a demand for a leaf.
 * @returns both, or why the bytes are no answer
 */
export function readLeafAnswer(
  node: Node,
  answer: Uint8Array,
): { preimage: Uint8Array; payload: Uint8Array } | { reason: string } {
  if (answer.length < 1 + LEAF_PREIMAGE_BYTES) return { reason: `${answer.length} bytes are no leaf` };
  if (answer[0] !== 1) return { reason: `count ${answer[0]} instead of 1` };
  const preimage = answer.slice(1, 1 + LEAF_PREIMAGE_BYTES);
  const payload = answer.slice(1 + LEAF_PREIMAGE_BYTES);
  if (payload.length > MOST_PAYLOAD) return { reason: `a payload of ${payload.length} bytes, more than any kind has` };
  if (!equalBytes(keccak256(preimage), node.hash)) return { reason: "the leaf's preimage is not the node's" };
  if (!equalBytes(keccak256(payload), preimage.subarray(25))) return { reason: "the payload is not the leaf's" };
  return { preimage, payload };
}
