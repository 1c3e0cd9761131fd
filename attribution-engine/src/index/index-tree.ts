// The sum tree of an attribution index.
import { INDEX, payloadBytes } from "@tributary/protocol/kinds";
import { encodeIndexBatch } from "@tributary/protocol/payloads/index";
import { buildPayloadTree, type PayloadTree } from "../trees/payload-tree.ts";
import { onesColumn } from "../trees/u128-words.ts";
import { sliceIndex, type AttributionIndex } from "./attribution-index.ts";

/** The tree of kind `index` (docs/formats.md §3); its sum is the record count. Throws an Error that names the row that breaks a rule of §5. */
export function buildIndexTree(index: AttributionIndex): PayloadTree {
  index.witnesses.forEach((witness, place) => {
    if (witness >= place && witness !== 0xffffffff) {
      throw new Error(`index row ${place}: witness ${witness} is not an earlier record`);
    }
  });
  return buildPayloadTree({
    depth: INDEX.depth,
    payloadBytes: payloadBytes(INDEX, index.k),
    sums: onesColumn(index.count),
    encode(first, end) {
      try {
        return encodeIndexBatch(sliceIndex(index, first, end));
      } catch (cause) {
        throw new Error(`index, rows from ${first} on: ${(cause as Error).message}`, { cause });
      }
    },
  });
}
