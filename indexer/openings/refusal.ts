// What is not served, and why, as the answer says it.
import type { ContentfulStatusCode } from "hono/utils/http-status";

export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly hint: string;
  /** Goes into the answer beside the error. */
  readonly details: object;

  constructor(status: ContentfulStatusCode, code: string, message: string, hint: string, details: object = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

export function badId(message: string): Refusal {
  return new Refusal(400, "invalid_id", message, "Ids are decimal numbers, receipts 0x and 64 hex digits.");
}

/** The chain knows none of this number. @param code such as `unknown_version` */
export function unknown(code: `unknown_${string}`, message: string): Refusal {
  return new Refusal(404, code, message, "They are numbered from 1; the index lists those that there are.");
}

/** What was opened does not verify against the chain, or cannot be opened: nothing of it is served. */
export function unverified(message: string, code = "opening_does_not_verify"): Refusal {
  return new Refusal(
    502,
    code,
    message,
    "What this operator keeps is damaged or of another chain; it has to fetch the bundle again. Another operator may have it whole.",
  );
}

/** The chain knows it, and this operator has nothing of it. */
export function notKept(message: string): Refusal {
  return new Refusal(
    404,
    "bundle_not_kept",
    message,
    "Bundles are published by whoever proposes; ask another operator, or put the bundle in the folder that --bundles names.",
  );
}

/** @throws Refusal 502 with what `verify` says does not hold */
export function verified<Value>(verify: () => Value): Value {
  try {
    return verify();
  } catch (error) {
    throw unverified((error as Error).message);
  }
}
