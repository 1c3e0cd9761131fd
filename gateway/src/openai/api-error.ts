// Errors in the shape that OpenAI's clients expect (platform.openai.com/docs/guides/error-codes).

/** `type` of the error body. */
export type ErrorType =
  | "invalid_request_error"
  | "not_found_error"
  | "payment_required"
  | "rate_limit_error"
  | "authentication_error"
  | "api_error"
  | "upstream_error"
  | "timeout_error"
  | "overloaded_error";

/** Status and body of an answer that says what was wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: ErrorType;
  /** Machine-readable, in snake case. */
  readonly code: string | null;
  /** The member of the request that was wrong, as `messages[0].content`. */
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: ErrorType,
    message: string,
    {
      code = null,
      param = null,
      headers = {},
    }: { code?: string | null; param?: string | null; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.headers = headers;
  }

  /** `{error: {message, type, param, code}}`. */
  body(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }

  response(headers: Readonly<Record<string, string>> = {}): Response {
    return Response.json(this.body(), { status: this.status, headers: { ...headers, ...this.headers } });
  }
}

/** 400 naming the member that was wrong. */
export function invalidRequest(message: string, param: string | null, code: string | null = null): ApiError {
  return new ApiError(400, "invalid_request_error", message, { param, code });
}

/** 404 as OpenAI says it of a model. */
export function unknownModel(model: string): ApiError {
  const shown = JSON.stringify(model.slice(0, 200));
  return new ApiError(404, "invalid_request_error", `The model ${shown} does not exist; GET /v1/models lists them.`, {
    param: "model",
    code: "model_not_found",
  });
}

/** 500 that says nothing of what went wrong inside. */
export function internalError(): ApiError {
  return new ApiError(
    500,
    "api_error",
    "The gateway failed; nothing more is known to the caller than the request's id.",
    {
      code: "internal_error",
    },
  );
}
