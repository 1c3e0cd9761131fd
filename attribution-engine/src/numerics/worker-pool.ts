/**
 * Spreads independent tasks over worker processes; results come back in task order whatever the number of workers.
 *
 * Processes, not threads, so that a crash in native code is an error here and nothing worse.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ShardRunner } from "../distributed/shard-runner.ts";

type Order<Shared, Task> = { readonly shared: Shared } | { readonly index: number; readonly task: Task };
type Reply<Result> =
  { readonly index: number; readonly result: Result } | { readonly index: number; readonly error: string };

/** Settings of the work itself; they change no byte of the result. */
export interface PoolOptions {
  readonly workers: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Workers on other machines, which then do what there are tasks for instead of processes here. */
  readonly shards?: ShardRunner | undefined;
}

/**
 * Runs every task on a pool of workers.
 * @param module a file that calls {@link serveTasks}.
 * @param shared given once to each worker; must survive structured cloning, as must tasks and results.
 * @param onResult told each result as soon as it is there; what it throws stops the work.
 * @throws the first task error; all workers are stopped by then.
 */
export async function runTasks<Shared, Task, Result>(
  module: URL,
  shared: Shared,
  tasks: readonly Task[],
  { workers, onProgress }: PoolOptions,
  onResult?: (result: Result, index: number) => void,
): Promise<Result[]> {
  const results = new Array<Result>(tasks.length);
  if (tasks.length === 0) return results;
  const count = Math.max(1, Math.min(workers, tasks.length));
  const pool = Array.from({ length: count }, () =>
    fork(fileURLToPath(module), { serialization: "advanced", execArgv: [] }),
  );
  const send = (worker: ChildProcess, order: Order<Shared, Task>): boolean => worker.send(order as never);
  let next = 0;
  let done = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      for (const worker of pool) {
        const give = (): void => {
          if (next < tasks.length) send(worker, { index: next, task: tasks[next++]! });
        };
        worker.on("error", reject);
        worker.on("exit", (code, signal) =>
          reject(new Error(`worker ${fileURLToPath(module)} ended early (${code ?? signal})`)),
        );
        worker.on("message", (message) => {
          const reply = message as Reply<Result>;
          if ("error" in reply) {
            reject(new Error(reply.error));
            return;
          }
          try {
            onResult?.(reply.result, reply.index);
          } catch (error) {
            reject(error as Error);
            return;
          }
          results[reply.index] = reply.result;
          done++;
          onProgress?.(done, tasks.length);
          if (done === tasks.length) resolve();
          else give();
        });
        send(worker, { shared });
        give();
      }
    });
  } finally {
    for (const worker of pool) worker.kill("SIGKILL");
  }
  return results;
}

/** Answers the tasks of {@link runTasks} in a worker process; `start` prepares once from what is shared. */
export function serveTasks<Shared, Task, Result>(
  start: (shared: Shared) => Promise<(task: Task) => Promise<Result>>,
): void {
  const send = (reply: Reply<Result>): void => {
    process.send?.(reply);
  };
  let started: Promise<(task: Task) => Promise<Result>> | undefined;
  process.on("disconnect", () => process.exit());
  process.on("message", (message) => {
    const order = message as Order<Shared, Task>;
    if ("shared" in order) {
      started = start(order.shared);
      // A failure to start is reported with the first task.
      started.catch(() => undefined);
      return;
    }
    const { index, task } = order;
    void started!
      .then((run) => run(task))
      .then(
        (result) => send({ index, result }),
        (error: unknown) => send({ index, error: error instanceof Error ? error.message : String(error) }),
      );
  });
}
