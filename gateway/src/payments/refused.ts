// Answers of the payment scheme other than the model's.
import type { HTTPResponseInstructions } from "@x402/core/server";
import { MOST_USED } from "../books/used-maxima.ts";

/** A charge that the facilitator refused: nothing was charged. */
export class PaymentRefused extends Error {
  /** What to answer: 402 with the outcome in its headers. */
  readonly response: Response;

  constructor(reason: string, response: Response) {
    super(reason);
    this.response = response;
  }
}

/** An error in OpenAI's shape. */
export function errorResponse(status: number, code: string, message: string, type = "invalid_request_error"): Response {
  return Response.json({ error: { message, type, param: null, code } }, { status });
}

/** x402's answer; an empty body becomes an error in OpenAI's shape, since x402 says all in the headers. */
export function responseOf({ status, headers, body }: HTTPResponseInstructions): Response {
  const isEmpty = typeof body === "object" && body !== null && Object.keys(body).length === 0;
  const { "Content-Type": _type, ...rest } = headers;
  if (!isEmpty) return Response.json(body, { status, headers: rest });
  const reason = reasonOf(headers);
  // Where a check threw, x402 says the error's words, which can quote the payment.
  const isCode = /^\w+$/u.test(reason);
  const error = {
    message: MESSAGES[reason] ?? `The payment was not taken: ${reason.replace(/[\n":].*$/su, "").trim()}.`,
    type: "payment_required",
    param: null,
    code: isCode ? reason : "invalid_payment",
  };
  return Response.json({ error }, { status, headers: rest });
}

function reasonOf(headers: Record<string, string>): string {
  const encoded = headers["PAYMENT-RESPONSE"] ?? headers["PAYMENT-REQUIRED"];
  if (encoded === undefined) return "payment_required";
  const { error, errorReason } = JSON.parse(Buffer.from(encoded, "base64").toString()) as {
    error?: string;
    errorReason?: string;
  };
  const reason = errorReason ?? error ?? "payment_required";
  return reason === "Payment required" ? "payment_required" : reason;
}

/** Refusals of this gateway that x402 has no name for. */
export const WITHDRAWAL_PENDING = "tributary_withdrawal_pending";
export const CHANNEL_UNKNOWN = "tributary_channel_unknown";
export const UNCLAIMED_LIMIT = "tributary_unclaimed_limit";
export const VOUCHER_USED = "tributary_voucher_used";
export const REFUND_PENDING = "tributary_refund_pending";
export const MALFORMED = "tributary_payment_malformed";

const MESSAGES: Readonly<Record<string, string>> = {
  payment_required: "This call must be paid by x402: the terms are in the header PAYMENT-REQUIRED.",
  [WITHDRAWAL_PENDING]:
    "The payer has begun to withdraw from this channel: refund the channel, or pay from another (with another salt).",
  [REFUND_PENDING]:
    "This channel is being refunded: wait until the chain has the refund for good, or pay from another channel (with another salt).",
  [CHANNEL_UNKNOWN]: "This channel was charged before, and not by these books: pay from another (with another salt).",
  [UNCLAIMED_LIMIT]:
    "This payer signs as a contract, and this call would exceed what such a payer may owe before it is claimed: wait for the next settlement.",
  [VOUCHER_USED]: `A voucher pays once, and this one's maximum counts as used in this channel: a call was charged by the same, or by ${MOST_USED} of which it is not above the smallest. Ask for the terms again: where the channel's own key signed this voucher and a few units suffice, they come to so much more for a minute, and pass; else pay from another channel (with another salt).`,
  [MALFORMED]:
    "The payment is not well formed: addresses, ids and signatures in hex, amounts in decimal digits, no other members.",
  invalid_batch_settlement_evm_channel_busy:
    "The channel is being charged for another call: wait for its end, or pay from another channel.",
};
