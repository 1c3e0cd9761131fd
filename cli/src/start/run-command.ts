// Runs a command to its end, which prints one JSON object as the last line of its output.
import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { startGuarded, type GuardedOptions } from "../guarded-process.ts";

/** The file of the tributary command. */
export const TRIBUTARY = fileURLToPath(new URL("../main.ts", import.meta.url));

/**
 * Runs a command that cannot outlive this process; its output goes to a log of its own.
 * @param codes exit codes with which it may end
 * @throws UserError with the end of its log if it ends with another one, without a JSON object, or with one that names an error
 */
export async function runCommand<Result>(
  what: string,
  options: GuardedOptions,
  codes: readonly number[] = [0],
): Promise<Result> {
  appendFileSync(options.logFile, `> ${options.args.join(" ")}\n`);
  const command = startGuarded(options);
  const code = await command.exited;
  const line = readFileSync(options.logFile, "utf8")
    .trimEnd()
    .split("\n")
    .findLast((text) => text.startsWith("{"));
  const answer = JSON.parse(line ?? "{}") as Result & object;
  if (!codes.includes(code) || line === undefined || "error" in answer)
    throw new UserError(`${what} ended with code ${code} (log: ${options.logFile}):\n${command.logTail()}`, 1);
  return answer;
}
