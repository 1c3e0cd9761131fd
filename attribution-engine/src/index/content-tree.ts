// The sum tree of a contribution's records, from their hashes.
import { CONTENT } from "@tributary/protocol/kinds";
import { encodeContent } from "@tributary/protocol/payloads/content";
import { buildPayloadTree, type PayloadTree } from "../trees/payload-tree.ts";
import { onesColumn } from "../trees/u128-words.ts";

/**
 * The tree of kind `content` (docs/formats.md §3); its sum is the record count.
 * @param hashes of the records, 32 bytes each
 */
export function buildContentTree(hashes: Uint8Array): PayloadTree {
  const { depth, bytes: payloadBytes } = CONTENT;
  return buildPayloadTree({
    depth,
    payloadBytes,
    sums: onesColumn(hashes.length / 32),
    encode(first, end) {
      const payloads = new Uint8Array(payloadBytes * (end - first));
      for (let i = first; i < end; i++)
        payloads.set(encodeContent({ recordHash: hashes.subarray(32 * i, 32 * i + 32) }), payloadBytes * (i - first));
      return payloads;
    },
  });
}
