// What OpenAI's clients are told when a request is refused.

/** A refusal with its HTTP status and the members of OpenAI's error object. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: number, message: string, about: { param?: string; code?: string; type?: string } = {}) {
    super(message);
    this.status = status;
    this.type = about.type ?? (status < 500 ? "invalid_request_error" : "server_error");
    this.param = about.param ?? null;
    this.code = about.code ?? null;
  }

  get body(): object {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/** A parameter that is not what it must be. */
export function invalid(param: string, must: string): ApiError {
  return new ApiError(400, `Invalid '${param}': ${must}.`, { param, code: "invalid_value" });
}
