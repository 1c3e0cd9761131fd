// What a caller is told when an upstream fails: never what it runs on, never its key.
import { ApiError, type ErrorType } from "../openai/api-error.ts";

/** The upstream failed before an answer was made of it: nothing is charged. */
export class UpstreamFailure extends ApiError {
  /** Whether the model's record counts it; a caller's own mistake and a full upstream's refusal of one don't. */
  readonly isFault: boolean;

  constructor(
    status: number,
    type: ErrorType,
    message: string,
    options: { code?: string | null; param?: string | null; headers?: Record<string, string>; isFault?: boolean } = {},
  ) {
    super(status, type, message, options);
    this.isFault = options.isFault ?? true;
  }
}

export function badAnswer(model: string, what: string): UpstreamFailure {
  return new UpstreamFailure(502, "upstream_error", `The upstream of ${model} ${what}. Nothing was charged.`, {
    code: "upstream_failed",
  });
}

export function tooSlow(model: string): UpstreamFailure {
  return new UpstreamFailure(
    504,
    "timeout_error",
    `The upstream of ${model} did not answer in time. Nothing was charged.`,
    {
      code: "upstream_timeout",
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
    });
  }
  if (status === 429) {
    const headers: Record<string, string> =
      retryAfter !== undefined && /^[\x20-\x7e]{1,64}$/u.test(retryAfter) ? { "retry-after": retryAfter } : {};
    return new UpstreamFailure(
      429,
      "rate_limit_error",
      `The upstream of ${model} takes no more calls now. Nothing was charged.`,
      {
        code: "rate_limit_exceeded",
        headers,
      },
    );
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
