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
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const path = (error as NodeJS.ErrnoException | undefined)?.path;
  if (code === "ENOSPC") {
    return new UserError(
      `no space left on the disk${path ? ` (writing ${path})` : ""}: free some, or choose another folder with --work-dir`,
    );
  }
  if (code === "EACCES" || code === "EROFS") {
    return new UserError(`not allowed to write ${path ?? "a file"}: choose another folder with --work-dir`);
  }
  return error;
}
