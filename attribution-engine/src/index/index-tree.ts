// The sum tree of an attribution index.
import { INDEX, payloadBytes } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import { encodeIndexBatch } from "@tributary/protocol/payloads/index";
import { buildSumTree } from "@tributary/protocol/sum-tree";
import { hashRows, type RowEncoder } from "../trees/hash-rows.ts";
import { buildPayloadTree, type PayloadTree } from "../trees/payload-tree.ts";
import { onesColumn } from "../trees/u128-words.ts";
import { isStored, sliceIndex, type AttributionIndex, type SearchedIndex } from "./attribution-index.ts";

/** The tree of kind `index` (docs/formats.md §3); its sum is the record count. Throws an Error that names the row that breaks a rule of §5. */
export function buildIndexTree(index: AttributionIndex): PayloadTree {
  checkWitnesses(index, 0);
  return buildPayloadTree({
    depth: INDEX.depth,
    payloadBytes: payloadBytes(INDEX, index.k),
    sums: onesColumn(index.count),
    encode: encoderOf(index, 0),
  });
}

/** The root of an index: of one in a store, what was found when it was checked. */
export function rootOfIndex(index: SearchedIndex): Node {
  return isStored(index) ? index.root : buildIndexTree(index).root;
}

/** The root of an index whose records come part by part, in order; it holds some 100 bytes per record, and no sketch. */
export interface IndexRoot {
  /** Throws as {@link buildIndexTree} does. @param first place of the part's first record */
  add(first: number, part: AttributionIndex): void;
  /** The root of what was added. */
  root(): Node;
}

/** @param count records of the index */
export function indexRoot(count: number): IndexRoot {
  const payloadHashes = new Uint8Array(32 * count);
  return {
    add(first, part) {
      checkWitnesses(part, first);
      payloadHashes.set(hashRows(part.count, payloadBytes(INDEX, part.k), encoderOf(part, first)), 32 * first);
    },
    root: () => buildSumTree({ depth: INDEX.depth, sums: onesColumn(count), payloadHashes }).root,
  };
}

function checkWitnesses({ witnesses }: AttributionIndex, start: number): void {
  witnesses.forEach((witness, row) => {
    const place = start + row;
    if (witness >= place && witness !== 0xffffffff) {
      throw new Error(`index row ${place}: witness ${witness} is not an earlier record`);
    }
  });
}

function encoderOf(index: AttributionIndex, start: number): RowEncoder {
  return (first, end) => {
    try {
      return encodeIndexBatch(sliceIndex(index, first, end));
    } catch (cause) {
      throw new Error(`index, rows from ${start + first} on: ${(cause as Error).message}`, { cause });
    }
  };
}
