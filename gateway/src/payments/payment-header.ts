// The header in which a caller pays, decoded once for all who read it.

export const PAYMENT_HEADER = "payment-signature";

export interface PaymentHeader {
  /** As it was sent. */
  readonly text: string;
  /** What it says, as nobody has judged it yet. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** The last one that was asked for: a call's readers come one after another. Not all of them by their headers in a WeakMap: what it holds outlives the next collection of the young heap, and what each call leaves is then moved. */
let last: { readonly headers: Headers; readonly payment: PaymentHeader | undefined } | undefined;

/** @returns undefined where there is none, or none that could be read, which is the same */
export function paymentHeader(headers: Headers): PaymentHeader | undefined {
  if (last?.headers !== headers) last = { headers, payment: decode(headers.get(PAYMENT_HEADER)) };
  return last.payment;
}

function decode(text: string | null): PaymentHeader | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64").toString());
    return typeof value === "object" && value !== null ? { text, value: value as PaymentHeader["value"] } : undefined;
  } catch {
    return undefined;
  }
}
