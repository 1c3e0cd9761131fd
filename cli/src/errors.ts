// Errors that a user can act on: what is wrong, where, and what to do.
import { originOf, withOriginsOnly } from "@tributary/protocol/reason";
import { BaseError, HttpRequestError, TimeoutError } from "viem";

/** Its message is printed without a stack; `exitCode` is the process's. */
export class UserError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 2) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

/** Of what was sent, or may have been: whether it was done is not known. */
export class OutcomeUnknown extends UserError {
  constructor(message: string) {
    super(message, 1);
    this.name = "OutcomeUnknown";
  }
}

/** The command has said all that there is to say; its exit code is left. */
export class Ended extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with exit code ${exitCode}`);
    this.name = "Ended";
    this.exitCode = exitCode;
  }
}

/** Turns the system's and the node's own errors into ones that say what to do; anything else comes back unchanged. */
export function explainError(error: unknown): unknown {
  const away =
    error instanceof BaseError
      ? error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError)
      : null;
  if (away instanceof HttpRequestError || away instanceof TimeoutError)
    return new UserError(
      `the node${away instanceof HttpRequestError ? ` at ${originOf(away.url)}` : ""} does not answer any more (${withOriginsOnly(away.shortMessage)}): nothing is known of what comes after; when it is back, or with another --rpc, run the same command again`,
      1,
    );
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const place = path === undefined ? "" : ` ${path}`;
  if (code === "ENOSPC") return new UserError(`no space left on the disk${place}: free some, or name another place`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new UserError(
      `not allowed: ${syscall ?? "access"}${place} (${code}); give this user the right to it, or name another place`,
    );
  return error;
}
