// Runs tasks on worker threads, each thread taking the next task as it becomes free.
import { Worker } from "node:worker_threads";

/** A pool's work: `script` answers every posted task with one message, which goes to `onResult` with the task's number. */
export interface PoolWork<Task, Result> {
  readonly script: URL;
  readonly workerData: unknown;
  readonly threads: number;
  readonly tasks: readonly Task[];
  onResult(index: number, result: Result): void;
}

/** Resolves when every task is answered. The first failure of a task or a thread ends all threads and rejects. */
export async function runOnThreads<Task, Result>(work: PoolWork<Task, Result>): Promise<void> {
  const { tasks, onResult } = work;
  let next = 0;
  const workers: Worker[] = [];
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let current = -1;
      const advance = (): void => {
        const task = tasks[next];
        if (task === undefined) {
          resolve();
          return;
        }
        current = next++;
        worker.postMessage(task);
      };
      worker.on("message", (result: Result) => {
        try {
          onResult(current, result);
        } catch (error) {
          reject(toError(error));
          return;
        }
        advance();
      });
      worker.on("error", reject);
      worker.on("exit", (code) => {
        reject(new Error(`worker thread ended with exit code ${code} before its work was done`));
      });
      advance();
    });
  try {
    const count = Math.min(work.threads, tasks.length);
    for (let i = 0; i < count; i++) workers.push(new Worker(work.script, { workerData: work.workerData }));
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
