// Command `work`: takes tasks of stages that run elsewhere, until it is told to end.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { shardOptionsOf } from "./shards.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `usage: main.ts work --queue <redis://host:6379> --store <file:///folder | s3://bucket/prefix?endpoint=…> [options]

  --queue URL          Redis or Valkey server of the stages; its password may be in TRIBUTARY_QUEUE_PASSWORD instead
  --store URL          the --store of the stages; credentials for S3 are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or
                       wherever else the AWS SDK looks
  --concurrency N      tasks at a time, each in a process of its own (as many as there are cores)
  --takeover-seconds N after which a task of a worker that is gone is given to another; the same for all workers (30)
  --json               print what was done as one JSON object at the end

SIGTERM and SIGINT let it finish the tasks that it has, and end it. Ends with 1 if a task failed.
`;

/** Runs the command. @returns the exit code */
export async function workCommand(args: readonly string[]): Promise<number> {
  const values = readArguments(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = shardOptionsOf(values);
  const concurrency = wholeNumber(values.concurrency ?? String(availableParallelism()), "--concurrency");
  const takeoverSeconds = wholeNumber(values["takeover-seconds"], "--takeover-seconds");
  const say = (message: string): void => {
    process.stderr.write(`work: ${message}\n`);
  };
  // Loaded here: no stage waits for the client of a server that it does not use.
  const { startWorker } = await import("../distributed/worker.ts");
  const worker = await startWorker({ ...options, concurrency, takeoverSeconds, onFailure: say });
  say(`ready for ${concurrency} tasks at a time of ${worker.queue}, engine version ${worker.engine.slice(0, 16)}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  say("finishing the tasks at hand");
  await worker.drain();
  const { computed, found, failed } = worker.tally;
  say(`${computed} tasks computed, ${found} found done, ${failed} failed`);
  if (values.json) process.stdout.write(`${JSON.stringify({ engine: worker.engine, computed, found, failed })}\n`);
  return failed === 0 ? 0 : 1;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        queue: { type: "string" },
        store: { type: "string" },
        concurrency: { type: "string" },
        "takeover-seconds": { type: "string", default: "30" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(text: string, option: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UsageError(`${option} is ${text}; must be a whole number from 1`);
  return number;
}
