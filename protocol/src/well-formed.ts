// Whether what a node commits to is well-formed: rules 1 to 4 of docs/formats.md §5, as a pure predicate.
import { equalBytes, NONE, readBigUint } from "./bytes.ts";
import { keccak256 } from "./keccak.ts";
import type { Kind } from "./kinds.ts";
import {
  INNER_PREFIX,
  INNER_PREIMAGE_BYTES,
  isAbsent,
  isSumWithoutHash,
  LEAF_PREFIX,
  LEAF_PREIMAGE_BYTES,
  type Node,
  readNode,
} from "./node.ts";
import { decodeContent } from "./payloads/content.ts";
import { decodeEarning } from "./payloads/earning.ts";
import { decodeEntry } from "./payloads/entry.ts";
import { decodeGroup } from "./payloads/group.ts";
import { decodeIndex } from "./payloads/index.ts";
import { decodePayout } from "./payloads/payout.ts";
import { decodePoints } from "./payloads/points.ts";
import { decodeReceipt } from "./payloads/receipt.ts";
import { decodeSketch } from "./payloads/sketch.ts";
import { decodeTally } from "./payloads/tally.ts";
import { decodeTrace } from "./payloads/trace.ts";

/** A node that a valid opening reaches. */
export type PlacedNode = {
  kind: Kind;
  level: number;
  index: number;
  node: Node;
  /** Coordinates of the method's sketches, where the kind has one. */
  k?: number;
  /** The list that an entry stands in. */
  list?: "helpful" | "harmful";
};

/** What was shown: nothing wrong, a fault with the number of its rule, or bytes that the node does not commit to (which prove nothing). */
export type Finding =
  | { verdict: "well-formed" }
  | { verdict: "malformed"; rule: 1 | 2 | 3 | 4; reason: string }
  | { verdict: "no evidence"; reason: string };

const WELL_FORMED: Finding = { verdict: "well-formed" };

/**
 * Judges a node with the preimage of its hash and, at a leaf, the preimage of the payload hash. Never throws on hostile bytes.
 * @param preimage not needed where the node itself is malformed (rule 1) or absent
 * @param payload not needed where the leaf itself is malformed; without it the payload is not judged
 */
export function judgeNode(placed: PlacedNode, preimage?: Uint8Array, payload?: Uint8Array): Finding {
  const { node, kind, level } = placed;
  if (isSumWithoutHash(node)) return malformed(1, `sum ${node.sum} without a hash`);
  if (isAbsent(node)) return WELL_FORMED;
  if (preimage === undefined) return noEvidence("the preimage of the node is missing");
  if (!equalBytes(keccak256(preimage), node.hash)) return noEvidence("the preimage is not the node's");
  if (level < kind.depth) return judgeInner(node, preimage);
  return judgeLeaf(placed, preimage, payload);
}

function judgeInner(node: Node, preimage: Uint8Array): Finding {
  if (preimage.length !== INNER_PREIMAGE_BYTES) return malformed(2, `inner preimage of ${preimage.length} bytes`);
  if (preimage[0] !== INNER_PREFIX) return malformed(2, `inner preimage begins with ${preimage[0]}`);
  const left = readNode(preimage, 1);
  const right = readNode(preimage, 49);
  if (left.sum + right.sum !== node.sum)
    return malformed(2, `children add up to ${left.sum + right.sum}, not to ${node.sum}`);
  if (isAbsent(left) && isAbsent(right)) return malformed(2, "both children are absent");
  if (isSumWithoutHash(left)) return malformed(2, `left child has sum ${left.sum} without a hash`);
  if (isSumWithoutHash(right)) return malformed(2, `right child has sum ${right.sum} without a hash`);
  return WELL_FORMED;
}

function judgeLeaf(placed: PlacedNode, preimage: Uint8Array, payload?: Uint8Array): Finding {
  const { node, index } = placed;
  if (preimage.length !== LEAF_PREIMAGE_BYTES) return malformed(3, `leaf preimage of ${preimage.length} bytes`);
  if (preimage[0] !== LEAF_PREFIX) return malformed(3, `leaf preimage begins with ${preimage[0]}`);
  const key = readBigUint(preimage, 1, 8);
  if (key !== BigInt(index)) return malformed(3, `key ${key} at place ${index}`);
  const sum = readBigUint(preimage, 9, 16);
  if (sum !== node.sum) return malformed(3, `sum ${sum} in the leaf, ${node.sum} in the node`);
  if (placed.kind.countsLeaves && sum !== 1n) return malformed(4, `sum ${sum} instead of 1`);
  if (placed.kind.needsSum && sum === 0n) return malformed(4, `sum 0 in a leaf of kind ${placed.kind.name}`);
  if (payload === undefined) return WELL_FORMED;
  if (!equalBytes(keccak256(payload), preimage.subarray(25))) return noEvidence("the payload is not the leaf's");
  const reason = payloadFault(placed, payload);
  return reason === undefined ? WELL_FORMED : malformed(4, reason);
}

/** What is wrong with a payload at its place (rule 4), if anything. */
export function payloadFault(
  placed: Pick<PlacedNode, "kind" | "index" | "k" | "list">,
  payload: Uint8Array,
): string | undefined {
  try {
    checkPayload(placed, payload);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function checkPayload(
  { kind, index, k, list }: Pick<PlacedNode, "kind" | "index" | "k" | "list">,
  payload: Uint8Array,
): void {
  switch (kind.name) {
    case "content":
      decodeContent(payload);
      return;
    case "index": {
      const { witness } = decodeIndex(payload, k);
      if (witness !== NONE && witness >= index)
        throw new Error(`index payload, witness: ${witness} is not below place ${index}`);
      return;
    }
    case "receipt":
      decodeReceipt(payload);
      return;
    case "sketch":
      decodeSketch(payload, k);
      return;
    case "entry": {
      const { s } = decodeEntry(payload);
      if (list !== undefined && s > 0n !== (list === "helpful"))
        throw new Error(`entry payload, s: ${s} on the ${list} list`);
      return;
    }
    case "trace":
      decodeTrace(payload);
      return;
    case "tally":
      decodeTally(payload);
      return;
    case "points":
      decodePoints(payload);
      return;
    case "group":
      decodeGroup(payload);
      return;
    case "earning":
      decodeEarning(payload);
      return;
    case "payout":
      decodePayout(payload);
      return;
    default:
      throw new Error(`no kind of tree is named ${kind.name}`);
  }
}

function malformed(rule: 1 | 2 | 3 | 4, reason: string): Finding {
  return { verdict: "malformed", rule, reason };
}

function noEvidence(reason: string): Finding {
  return { verdict: "no evidence", reason };
}
