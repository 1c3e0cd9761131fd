// Where a payer finds the proof of its receipt (docs/gateway.md, receipts).
import { receiptProof } from "@tributary/protocol/receipt-proof";
import type { Entry } from "./entry.ts";

/** The header of an answer that was not streamed. */
export const RECEIPT_HEADER = "x-tributary-receipt";

/** The value of the header: base64url of the proof's JSON. */
export function receiptHeader(entry: Entry): string {
  return Buffer.from(JSON.stringify(receiptProof(entry))).toString("base64url");
}
