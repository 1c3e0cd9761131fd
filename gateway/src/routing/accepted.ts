// What a client says it was quoted, read from its payment header.
import { decodePaymentSignatureHeader } from "@x402/core/http";

/** Sum and receiver of the terms that a payment answers. */
export interface Accepted {
  readonly amount: string;
  /** Lower case. */
  readonly payTo: string;
}

/** @returns undefined without a payment header or where it is malformed, which the payments judge */
export function acceptedTerms(headers: Headers): Accepted | undefined {
  const header = headers.get("payment-signature");
  if (header === null) return undefined;
  try {
    const { accepted } = decodePaymentSignatureHeader(header) as { accepted?: { amount?: unknown; payTo?: unknown } };
    if (typeof accepted?.amount !== "string" || typeof accepted.payTo !== "string") return undefined;
    return { amount: accepted.amount, payTo: accepted.payTo.toLowerCase() };
  } catch {
    return undefined;
  }
}
