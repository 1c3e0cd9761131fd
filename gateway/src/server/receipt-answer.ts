// A receipt as it goes with an answer, or is asked for later (docs/gateway.md, receipts).
import type { Hex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Entry } from "../receipts/entry.ts";

/** A receipt in JSON: numbers beyond 2^53 could not be read exactly, so all are decimal strings but `issuedAt`. */
export type ReceiptJson = { [Field in keyof Receipt]: Receipt[Field] extends bigint ? string : Receipt[Field] };

export interface ReceiptAnswer {
  readonly id: Hex;
  readonly receipt: ReceiptJson;
  readonly signature: Hex;
  /** Only the payer gets it: with it, the hashes of guessable texts could be tested. */
  readonly salt: Hex;
}

export function receiptJson(receipt: Receipt): ReceiptJson {
  return Object.fromEntries(
    Object.entries(receipt).map(([name, value]) => [name, typeof value === "bigint" ? value.toString() : value]),
  ) as ReceiptJson;
}

export function receiptAnswer({ id, receipt, signature, salt }: Entry): ReceiptAnswer {
  return { id, receipt: receiptJson(receipt), signature, salt };
}

/** For the header `x-tributary-receipt`: the answer's JSON in base64url. */
export function receiptHeader(entry: Entry): string {
  return Buffer.from(JSON.stringify(receiptAnswer(entry))).toString("base64url");
}
