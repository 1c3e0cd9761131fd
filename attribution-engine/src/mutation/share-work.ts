// Shares mutants out to worker processes, epoch by epoch: a simulated chain is busy with one thing at a time.
import { fork } from "node:child_process";
import { once } from "node:events";
import { MUTANTS_PER_EPOCH, type Report, weaknessesOf } from "./trials.ts";

export interface Work {
  /** How many the ledger is to accept; epochs that were begun by then are finished. */
  readonly mutants: number;
  readonly seed: number;
  readonly workers: number;
}

/** What a worker process is told: the mutants of one epoch, or that there is no more. */
export type Task = { readonly seed: number; readonly first: number; readonly end: number } | "done";

/** Whether a report names anything that ought not to be, or lacks what it ought to have. */
export function isWrong(report: Report): boolean {
  const { survivors, standing, unsound } = report;
  return survivors.length + standing.length + unsound.length + weaknessesOf(report).length > 0;
}

/**
 * Tries mutants of a seed from number 0 on, until the ledger accepted as many as are wanted: those it refused count for nothing.
 * @param progress gets the report of each epoch
 * @throws Error if a worker fails
 */
export async function share({ mutants, seed, workers }: Work, progress: (part: Report) => void): Promise<void> {
  let first = 0;
  let accepted = 0;
  const take = (): Task => {
    if (accepted >= mutants) return "done";
    const task = { seed, first, end: first + MUTANTS_PER_EPOCH };
    first = task.end;
    return task;
  };
  const epochs = Math.ceil(mutants / MUTANTS_PER_EPOCH);
  await Promise.all(
    Array.from({ length: Math.min(workers, epochs) }, async () => {
      const worker = fork(new URL("worker.ts", import.meta.url), { execArgv: [] });
      worker.on("message", (message: Report | "ready") => {
        if (message !== "ready") {
          accepted += message.mutants;
          progress(message);
        }
        worker.send(take());
      });
      const [code] = (await once(worker, "exit")) as [number | null];
      if (code !== 0) throw new Error(`a worker ended with ${code ?? "a signal"}`);
    }),
  );
}
