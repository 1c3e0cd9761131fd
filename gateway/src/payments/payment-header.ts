// The header in which a caller pays, decoded once for all who read it.

export const PAYMENT_HEADER = "payment-signature";

export interface PaymentHeader {
  /** As it was sent. */
  readonly text: string;
  /** What it says, as nobody has judged it yet. */
  readonly value: Readonly<Record<string, unknown>>;
}

const decoded = new WeakMap<Headers, PaymentHeader | undefined>();

/** @returns undefined where there is none, or none that could be read, which is the same */
export function paymentHeader(headers: Headers): PaymentHeader | undefined {
  if (!decoded.has(headers)) decoded.set(headers, decode(headers.get(PAYMENT_HEADER)));
  return decoded.get(headers);
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
