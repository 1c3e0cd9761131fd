// The receipts of a settlement as the leaves that they are, in their order.
import { bytesToHex } from "@tributary/protocol/bytes";
import type { ReceiptLeaf } from "@tributary/protocol/opened-receipts";
import { encodeReceiptBatch } from "@tributary/protocol/payloads/receipt";
import { type ReceiptTable, sliceReceipts } from "../attribution/receipt-table.ts";
import { u128At } from "../trees/u128-words.ts";

export function receiptLeaves(table: ReceiptTable): ReceiptLeaf[] {
  return Array.from({ length: table.count }, (_, place) => ({
    sum: String(u128At(table.amounts, place)),
    payload: bytesToHex(encodeReceiptBatch(sliceReceipts(table, place, place + 1))),
  }));
}
