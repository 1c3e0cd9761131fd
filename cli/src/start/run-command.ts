// Runs a command of another part to its end, which prints one JSON object as its last line.
import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";
import { startGuarded, type GuardedOptions } from "../guarded-process.ts";

/**
 * Runs a command that cannot outlive this process; its output goes to a log of its own.
 * @param codes exit codes with which it may end
 * @throws UserError with the end of its log if it ends with another one, or without a JSON object
 */
export async function runCommand<Result>(
  what: string,
  options: GuardedOptions,
  codes: readonly number[] = [0],
): Promise<Result> {
  const command = startGuarded(options);
  const code = await command.exited;
  const line = readFileSync(options.logFile, "utf8")
    .trimEnd()
    .split("\n")
    .findLast((text) => text.startsWith("{"));
  if (!codes.includes(code) || line === undefined)
    throw new UserError(`${what} ended with code ${code} (log: ${options.logFile}):\n${command.logTail()}`, 1);
  return JSON.parse(line) as Result;
}
