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

/** Headers in which x402 says why, as base64 of JSON. */
const PAYMENT_HEADERS = ["PAYMENT-RESPONSE", "PAYMENT-REQUIRED"] as const;
/** Codes, and words of what was thrown, that say that the chain or a signer could not be asked. Other words are of payments that are not well formed. */
const UNAVAILABLE =
  /_(?:rpc_read_failed|verification_state_unavailable)$|\bURL: |\bsigner at |\bfetch failed|\bECONN|\bETIMEDOUT|took too long|RPC error/u;
const CODE = /^\w{1,100}$/u;
const PAYMENT_REQUIRED = "Payment required";

/**
 * x402's answer; an empty body becomes an error in OpenAI's shape, since x402 says all in the headers. Where something threw, x402 says the error's words, which can quote
 * the payment, the node's address with the operator's key for it, or the signer's. None of them is handed on; 503 says that it was not the payment.
 */
export function responseOf(instructions: HTTPResponseInstructions): Response {
  return refusalOf(instructions).response;
}

/** @returns the answer, and the code of why x402 refused */
export function refusalOf({ status, headers, body }: HTTPResponseInstructions): {
  response: Response;
  reason: string;
} {
  const isEmpty = typeof body === "object" && body !== null && Object.keys(body).length === 0;
  const { "Content-Type": _type, ...given } = headers;
  const { shown, reason, isUnavailable } = inCodes(given);
  if (isUnavailable) return { response: unavailable(), reason };
  if (!isEmpty) return { response: Response.json(body, { status, headers: shown }), reason };
  const error = {
    message: MESSAGES[reason] ?? `The payment was not taken: ${reason}.`,
    type: "payment_required",
    param: null,
    code: reason,
  };
  return { response: Response.json({ error }, { status, headers: shown }), reason };
}

/** Says that the chain, the signer or the books could not be asked, whatever the payment is. */
export function unavailable(): Response {
  const message =
    "Payments can't be judged or sent now; nothing was charged. A deposit or refund that was sent is finished by itself.";
  const error = { message, type: "api_error", param: null, code: "payments_unavailable" };
  return Response.json({ error }, { status: 503, headers: { "retry-after": "5" } });
}

/** @returns the code that may be said for a reason */
export function codeOf(reason: string): string {
  return CODE.test(reason) ? reason : "invalid_payment";
}

/** @returns the headers with codes alone for reasons, and the one that the caller is told */
function inCodes(headers: Record<string, string>): {
  shown: Record<string, string>;
  reason: string;
  isUnavailable: boolean;
} {
  const shown = { ...headers };
  let reason = "payment_required";
  let isUnavailable = false;
  for (const name of PAYMENT_HEADERS.toReversed()) {
    const encoded = headers[name];
    if (encoded === undefined) continue;
    const { errorMessage, ...said } = JSON.parse(Buffer.from(encoded, "base64").toString()) as Said;
    for (const member of ["error", "errorReason"] as const) {
      const own = said[member];
      if (own === undefined || own === PAYMENT_REQUIRED) continue;
      isUnavailable ||= UNAVAILABLE.test(own);
      said[member] = reason = codeOf(own);
    }
    const kept = errorMessage !== undefined && CODE.test(errorMessage) ? { ...said, errorMessage } : said;
    shown[name] = Buffer.from(JSON.stringify(kept)).toString("base64");
  }
  return { shown, reason, isUnavailable };
}

interface Said {
  error?: string;
  errorReason?: string;
  errorMessage?: string;
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
  invalid_payment: "The payment was not taken: it could not be read.",
  [MALFORMED]:
    "The payment is not well formed: addresses, ids and signatures in hex, amounts in decimal digits, no other members.",
  invalid_batch_settlement_evm_channel_busy:
    "The channel is being charged for another call: wait for its end, or pay from another channel.",
};
