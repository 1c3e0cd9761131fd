// The options of a stage that say how to search: with which backend, how many threads and how much memory.
import { BACKEND_CHOICES, type BackendChoice } from "../search/backends.ts";
import type { SearchOptions } from "../search/searcher.ts";
import { integerOf, type StageContext, workersOf } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

const MIB = 2 ** 20;

/** @throws UsageError if `--search` names no backend. */
export function searchOf(context: StageContext): SearchOptions {
  const { search = "auto", memory } = context.options;
  const backend = BACKEND_CHOICES.find((choice): choice is BackendChoice => choice === search);
  if (backend === undefined) {
    throw new UsageError(`--search is ${search}; must be one of ${BACKEND_CHOICES.join(", ")}`);
  }
  const threads = workersOf(context);
  const onNotice = (message: string): void => void process.stderr.write(`${message}\n`);
  if (memory === undefined) return { backend, threads, onNotice };
  return { backend, threads, onNotice, memoryBytes: integerOf(memory, "--memory") * MIB };
}
