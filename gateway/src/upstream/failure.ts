// What a caller is told when an upstream fails: never what it runs on, never its key.
import { ApiError, type ErrorType } from "../openai/api-error.ts";

/** The upstream failed before an answer was made of it: nothing is charged. */
export class UpstreamFailure extends ApiError {
  /** Whether the model's record counts it; a caller's own mistake and a full upstream's refusal of one don't. */
  readonly isFault: boolean;
  readonly #said: string;

  /** @param said what failed, in a sentence; an upstream's own words are passed on without one about money */
  constructor(
    status: number,
    type: ErrorType,
    said: string,
    options: {
      code?: string | null;
      param?: string | null;
      headers?: Record<string, string>;
      isFault?: boolean;
      isQuoted?: boolean;
    } = {},
  ) {
    super(status, type, options.isQuoted === true ? said : `${said} Nothing was charged.`, options);
    this.isFault = options.isFault ?? true;
    this.#said = said;
  }

  /** What is told in a stream that had begun. */
  get ofBegun(): ApiError {
    const { status, type, code, param } = this;
    return new ApiError(status, type, `${this.#said} What was sent was charged.`, { code, param });
  }
}

export function badAnswer(model: string, what: string): UpstreamFailure {
  return new UpstreamFailure(502, "upstream_error", `The upstream of ${model} ${what}.`, {
    code: "upstream_failed",
  });
}

export function tooSlow(model: string): UpstreamFailure {
  return new UpstreamFailure(504, "timeout_error", `The upstream of ${model} did not answer in time.`, {
    code: "upstream_timeout",
  });
}

/** Of a stream whose caller took longer to read it than a call may take: no fault of the upstream's. */
export function slowReader(): ApiError {
  return new ApiError(
    408,
    "timeout_error",
    "The answer was not read in the time of a call. What was sent was charged.",
    {
      code: "reader_too_slow",
    },
  );
}

/** Statuses by which an upstream says that the request was wrong; its words are passed on. */
const CALLERS_MISTAKE = new Set([400, 413, 422]);
const MOST_MESSAGE = 1000;

/**
 * The failure that an answer of another status than 200 is.
 * @param body as far as it is JSON
 */
export function failureOf(
  model: string,
  status: number,
  retryAfter: string | undefined,
  body: unknown,
): UpstreamFailure {
  const { message, param, code } = errorOf(body);
  if (CALLERS_MISTAKE.has(status)) {
    return new UpstreamFailure(400, "invalid_request_error", message ?? "The upstream refused the request.", {
      param,
      code,
      isFault: false,
      isQuoted: true,
    });
  }
  if (status === 429) {
    const headers: Record<string, string> =
      retryAfter !== undefined && /^[\x20-\x7e]{1,64}$/u.test(retryAfter) ? { "retry-after": retryAfter } : {};
    return new UpstreamFailure(429, "rate_limit_error", `The upstream of ${model} takes no more calls now.`, {
      code: "rate_limit_exceeded",
      headers,
    });
  }
  if (status === 504 || status === 408) return tooSlow(model);
  return badAnswer(model, status >= 300 && status < 400 ? "redirected, which is not followed" : `answered ${status}`);
}

function errorOf(body: unknown): { message: string | undefined; param: string | null; code: string | null } {
  const error = (body as { error?: unknown } | null | undefined)?.error;
  if (typeof error === "string") return { message: error.slice(0, MOST_MESSAGE), param: null, code: null };
  const { message, param, code } = (error ?? {}) as Record<string, unknown>;
  return {
    message: typeof message === "string" ? message.slice(0, MOST_MESSAGE) : undefined,
    param: typeof param === "string" ? param.slice(0, 200) : null,
    code: typeof code === "string" ? code.slice(0, 200) : null,
  };
}
