// What a client says it was quoted, read from its payment header.
import { paymentHeader } from "../payments/payment-header.ts";

/** Sum and receiver of the terms that a payment answers. */
export interface Accepted {
  readonly amount: string;
  /** Lower case. */
  readonly payTo: string;
}

/** @returns undefined without a payment header or where it is malformed, which the payments judge */
export function acceptedTerms(headers: Headers): Accepted | undefined {
  const accepted = paymentHeader(headers)?.value["accepted"] as
    { amount?: unknown; payTo?: unknown } | null | undefined;
  if (typeof accepted?.amount !== "string" || typeof accepted.payTo !== "string") return undefined;
  return { amount: accepted.amount, payTo: accepted.payTo.toLowerCase() };
}
