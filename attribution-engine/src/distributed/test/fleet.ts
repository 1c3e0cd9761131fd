// Worker processes of the engine's own command.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { S3_CREDENTIALS } from "./servers.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

export interface Tally {
  readonly computed: number;
  readonly found: number;
  readonly failed: number;
}

export interface WorkerProcess {
  readonly process: ChildProcess;
  /** What it wrote to stderr so far. */
  errors(): string;
  /** Ends it by SIGTERM; resolves with what it says it did. */
  drain(): Promise<Tally>;
}

/** Starts a worker; resolves when it takes tasks. */
export async function startWork(queue: string, store: string): Promise<WorkerProcess> {
  const options = ["--queue", queue, "--store", store, "--concurrency", "1", "--takeover-seconds", "1", "--json"];
  const worker = spawn(process.execPath, [MAIN, "work", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...S3_CREDENTIALS },
  });
  let [output, errors] = ["", ""];
  worker.stdout.on("data", (text) => (output += String(text)));
  await new Promise<void>((resolve, reject) => {
    worker.stderr.on("data", (text) => {
      errors += String(text);
      if (errors.includes("ready for")) resolve();
    });
    worker.once("exit", () => reject(new Error(`worker ended: ${errors}`)));
  });
  return {
    process: worker,
    errors: () => errors,
    async drain() {
      const ended = once(worker, "close");
      worker.kill("SIGTERM");
      await ended;
      return JSON.parse(output) as Tally;
    },
  };
}

/** Ends what is still there. */
export async function endAll(workers: readonly WorkerProcess[]): Promise<void> {
  for (const { process: worker } of workers) {
    if (worker.exitCode !== null || worker.signalCode !== null) continue;
    worker.kill("SIGKILL");
    await once(worker, "exit");
  }
}
