// Errors that a user can act on: what is wrong, where, and what to do.

/** Its message is printed without a stack; `exitCode` is the process's. */
export class UserError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 2) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
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

/** Turns the system's own errors into ones that say what to do; anything else comes back unchanged. */
export function explainError(error: unknown): unknown {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const place = path === undefined ? "" : ` ${path}`;
  if (code === "ENOSPC") return new UserError(`no space left on the disk${place}: free some, or name another place`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new UserError(
      `not allowed: ${syscall ?? "access"}${place} (${code}); give this user the right to it, or name another place`,
    );
  return error;
}
