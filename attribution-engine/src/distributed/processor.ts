/** A process that runs tasks for a worker, one at a time: a crash of native code ends this process and nothing more. */
import { UnrecoverableError, type SandboxedJob } from "bullmq";
import { ENVIRONMENT } from "./environment.ts";
import { jobId, type JobOutcome, type ShardJob } from "./job.ts";
import { taskKinds } from "./kinds.ts";
import { openStore, type ObjectStore } from "./object-store.ts";
import { DamagedObjectError, getInput, getResult, putResult } from "./objects.ts";
import { createShelf } from "./shelf.ts";
import type { TaskContext } from "./shard-runner.ts";

/** Values kept from task to task: tasks come in an order in which neighbours share what is large. */
const KEPT = 8;

process.on("disconnect", () => process.exit());

const engine = process.env[ENVIRONMENT.engine]!;
const shelf = createShelf(KEPT);
let opened: Promise<ObjectStore> | undefined;

/** Runs one task. */
// eslint-disable-next-line no-restricted-exports -- BullMQ asks for it.
export default async function runJob({ data }: SandboxedJob<ShardJob>): Promise<JobOutcome> {
  if (data.engine !== engine) {
    throw new UnrecoverableError(
      `this worker is of engine version ${engine.slice(0, 16)}, the task of ${data.engine.slice(0, 16)}; start workers and stage from the same version, on the same kind of processor`,
    );
  }
  const kind = taskKinds.get(data.task.kind);
  if (kind === undefined) throw new UnrecoverableError(`no kind of task ${data.task.kind}`);
  const store = await (opened ??= openStore(process.env[ENVIRONMENT.store]!));
  const id = jobId(data);
  // Another worker may have finished it just before its lock was taken for lost.
  if ((await getResult(store, id)) !== undefined) return { computed: false };
  const context: TaskContext = {
    object: (digest) => shelf.keep(`object ${digest}`, () => getInput(store, digest)),
    keep: (key, make) => shelf.keep(key, make),
  };
  try {
    await putResult(store, id, await kind(data.task, context));
  } catch (error) {
    if (error instanceof DamagedObjectError) throw new UnrecoverableError(error.message);
    throw error;
  }
  return { computed: true };
}
