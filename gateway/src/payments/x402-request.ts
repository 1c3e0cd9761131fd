// A request as x402's server reads it, with the quote that its price comes from.
import type { HTTPAdapter, HTTPRequestContext } from "@x402/core/server";
import type { Quote } from "../models/offer.ts";
import { readPayload, type RefundPayload } from "./payload.ts";

const PAYMENT_HEADER = "payment-signature";

export class QuotedRequest implements HTTPAdapter {
  readonly quote: Quote;
  readonly #request: Request;
  readonly #path: string;
  readonly #payment: string | undefined;

  constructor(request: Request, quote: Quote) {
    this.#request = request;
    this.quote = quote;
    this.#path = new URL(request.url).pathname;
    this.#payment = readableJson(request.headers.get(PAYMENT_HEADER));
  }

  /** The refund that it asks for; undefined if it asks for none that could be read. */
  get refund(): RefundPayload | undefined {
    if (this.#payment === undefined) return undefined;
    const { payload } = JSON.parse(Buffer.from(this.#payment, "base64").toString()) as { payload?: unknown };
    const read = readPayload(payload);
    return read?.type === "refund" ? read : undefined;
  }

  get context(): HTTPRequestContext {
    return { adapter: this, path: this.#path, method: this.getMethod() };
  }

  getHeader(name: string): string | undefined {
    return name.toLowerCase() === PAYMENT_HEADER ? this.#payment : (this.#request.headers.get(name) ?? undefined);
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

/** x402 logs headers that it can't read; they are for nobody's eyes, and the same as none. */
function readableJson(header: string | null): string | undefined {
  if (header === null) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, "base64").toString());
    return typeof parsed === "object" && parsed !== null ? header : undefined;
  } catch {
    return undefined;
  }
}
