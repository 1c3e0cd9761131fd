// What a payer gets of its receipt, with which it can check and demand it (docs/gateway.md, receipts).
import type { Entry } from "./entry.ts";

/** The header of an answer that was not streamed. */
export const RECEIPT_HEADER = "x-tributary-receipt";

/** The receipt, its signature, salt and id, as JSON can hold them: whole numbers that may be large are text. */
export function receiptProof({ id, receipt, signature, salt }: Entry) {
  const { modelVersion, sequence, amount, cumulative, agentId } = receipt;
  const large = { modelVersion, sequence, amount, cumulative, agentId };
  const texts = Object.fromEntries(Object.entries(large).map(([name, value]) => [name, String(value)])) as Record<
    keyof typeof large,
    string
  >;
  return { id, receipt: { ...receipt, ...texts }, signature, salt };
}

/** The value of the header: base64url of its JSON. */
export function receiptHeader(entry: Entry): string {
  return Buffer.from(JSON.stringify(receiptProof(entry))).toString("base64url");
}
