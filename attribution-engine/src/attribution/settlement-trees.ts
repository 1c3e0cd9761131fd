// The two trees that stand for a settlement on-chain: its receipts and its query sketches.
import { payloadBytes, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { encodeReceiptBatch } from "@tributary/protocol/payloads/receipt";
import { encodeSketchBatch } from "@tributary/protocol/payloads/sketch";
import { receiptHashes } from "@tributary/protocol/typed-data/receipt";
import { hashRows } from "../trees/hash-rows.ts";
import { buildPayloadTree, type PayloadTree } from "../trees/payload-tree.ts";
import { sliceReceipts, type ReceiptTable } from "./receipt-table.ts";
import { onesColumn } from "../trees/u128-words.ts";

/** The tree of kind `receipt` (docs/formats.md §3); its sum is the settlement's total of amounts. */
export function buildReceiptsTree(table: ReceiptTable): PayloadTree {
  return buildPayloadTree({
    depth: RECEIPT.depth,
    payloadBytes: RECEIPT.bytes,
    sums: table.amounts,
    encode: (first, end) => encodeReceiptBatch(sliceReceipts(table, first, end)),
  });
}

/** `receiptHash` of every receipt, 32 bytes each (docs/formats.md §7.1). */
export function hashReceipts(table: ReceiptTable): Uint8Array {
  const hashes = new Uint8Array(32 * table.count);
  const step = 4096;
  for (let first = 0; first < table.count; first += step) {
    hashes.set(receiptHashes(sliceReceipts(table, first, Math.min(first + step, table.count))), 32 * first);
  }
  return hashes;
}

/**
 * `sketchHash = H(sketch payload)` of every query, 32 bytes each.
 * @param receiptHashes 32 bytes per query
 * @param sketches `k` coordinates −127 … 127 per query
 */
export function hashSketches(receiptHashes: Uint8Array, sketches: Int8Array, k: number): Uint8Array {
  return hashRows(receiptHashes.length / 32, payloadBytes(SKETCH, k), sketchEncoder(receiptHashes, sketches, k));
}

/** The tree of kind `sketch` (docs/formats.md §3) over the same columns as `hashSketches`; its sum is their count. */
export function buildSketchesTree(receiptHashes: Uint8Array, sketches: Int8Array, k: number): PayloadTree {
  return buildPayloadTree({
    depth: SKETCH.depth,
    payloadBytes: payloadBytes(SKETCH, k),
    sums: onesColumn(receiptHashes.length / 32),
    encode: sketchEncoder(receiptHashes, sketches, k),
  });
}

function sketchEncoder(receiptHashes: Uint8Array, sketches: Int8Array, k: number) {
  return (first: number, end: number): Uint8Array =>
    encodeSketchBatch({
      k,
      receiptHashes: receiptHashes.subarray(32 * first, 32 * end),
      sketches: sketches.subarray(k * first, k * end),
    });
}
