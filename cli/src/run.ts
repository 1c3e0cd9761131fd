// Runs one call of the command: prints what it says, and gives the code that it ends with.
import { reasonOf, withOriginsOnly } from "@tributary/protocol/reason";
import { toldError } from "@tributary/protocol/told-error";
import { BaseError } from "viem";
import { Ended, explainError, UserError } from "./errors.ts";
import { tributary } from "./program.ts";

const EXIT_FAILED = 1;

export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** @param args without the names of Node and of this program */
export async function run(args: readonly string[], { out, err }: Streams): Promise<number> {
  const isJson = args.includes("--json");
  let usage = "";
  // What commander says of a wrong call is a part of one object where an object is wanted.
  const writeErr = isJson ? (text: string): void => void (usage += text) : err;
  try {
    await tributary({ writeOut: out, writeErr }).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof Ended) {
      if (usage !== "") err(toldError(usage.trim(), error.exitCode, isJson));
      return error.exitCode;
    }
    const { message, exitCode } = failureOf(explainError(error));
    err(toldError(message, exitCode, isJson, "tributary"));
    return exitCode;
  }
}

/** What is said of an error; of one that nobody foresaw, where it comes from, too. A node's URL in it may hold a key. */
function failureOf(error: unknown): { message: string; exitCode: number } {
  if (error instanceof UserError) return error;
  if (error instanceof BaseError) return { message: reasonOf(error), exitCode: EXIT_FAILED };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: withOriginsOnly(text), exitCode: EXIT_FAILED };
}
