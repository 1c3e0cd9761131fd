// What the commands of trials (`quality`, `attack`) have in common: options, progress, and how they end.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ParseArgsOptionsConfig } from "node:util";
import { UsageError } from "./usage-error.ts";

const PROGRESS_EVERY_MILLISECONDS = 2_000;

/** Options of a trial whose outcomes are kept in `.tributary/<name>` unless told otherwise. */
export function trialOptions(name: string) {
  return {
    quick: { type: "boolean", default: false },
    workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
    work: { type: "string", default: join(".tributary", name) },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } satisfies ParseArgsOptionsConfig;
}

/**
 * Reads the command line.
 * @param parse gives the values of {@link trialOptions} and of the command's own
 * @throws UsageError that says what is wrong
 */
export function readTrialOptions<Values extends { readonly workers: string }>(parse: () => Values, usage: string) {
  let values;
  try {
    values = parse();
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`);
  }
  const workers = Number(values.workers);
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw new UsageError(`--workers is ${values.workers}; give a whole number from 1`);
  return { ...values, workers };
}

/** Tells of work that takes longer than two seconds, on standard error. */
export function tellProgress(): (stage: string, done: number, total: number) => void {
  let toldAt = Date.now();
  return (stage, done, total) => {
    if (Date.now() - toldAt < PROGRESS_EVERY_MILLISECONDS) return;
    toldAt = Date.now();
    process.stderr.write(`${stage} ${done}/${total}\n`);
  };
}

/** Runs the command: 2 where it was called wrongly, 1 where it failed. */
export async function endWith(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
