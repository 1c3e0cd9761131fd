// A request as x402's server reads it, with the quote that its price comes from.
import type { HTTPAdapter, HTTPRequestContext } from "@x402/core/server";
import type { Quote } from "../models/offer.ts";
import { PAYMENT_HEADER, type PaymentHeader, paymentHeader } from "./payment-header.ts";
import { acceptedTerms } from "../routing/accepted.ts";
import type { Raises } from "./raises.ts";
import { readPayload, type RefundPayload } from "./payload.ts";

export class QuotedRequest implements HTTPAdapter {
  readonly quote: Quote;
  /** By how much the terms are above the quote's ceiling, so that a voucher's maximum is none that was charged by. */
  readonly raise: bigint;
  readonly #request: Request;
  readonly #path: string;
  readonly #payment: PaymentHeader | undefined;

  constructor(request: Request, quote: Quote, raises?: Raises) {
    this.#request = request;
    this.quote = quote;
    this.#path = new URL(request.url).pathname;
    this.#payment = paymentHeader(request.headers);
    this.raise = raises?.of(quote, acceptedTerms(request.headers)?.amount) ?? 0n;
  }

  /** The refund that it asks for; undefined if it asks for none that could be read. */
  get refund(): RefundPayload | undefined {
    const payload = this.#payment?.value["payload"] as { type?: unknown } | null | undefined;
    if (payload?.type !== "refund") return undefined;
    return readPayload(payload) as RefundPayload | undefined;
  }

  get context(): HTTPRequestContext {
    return { adapter: this, path: this.#path, method: this.getMethod() };
  }

  getHeader(name: string): string | undefined {
    // x402 logs headers that it can't read; they are for nobody's eyes, and the same as none.
    return name.toLowerCase() === PAYMENT_HEADER ? this.#payment?.text : (this.#request.headers.get(name) ?? undefined);
  }

  getMethod(): string {
    return this.#request.method;
  }

  getPath(): string {
    return this.#path;
  }

  getUrl(): string {
    return this.#request.url;
  }

  getAcceptHeader(): string {
    return "application/json";
  }

  getUserAgent(): string {
    return "";
  }
}
