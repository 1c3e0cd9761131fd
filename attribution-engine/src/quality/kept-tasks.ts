/** Runs tasks on worker processes and keeps every outcome, so that a run which was ended goes on where it stopped. */
import { createHash, type Hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import { runTasks, type PoolOptions } from "../numerics/worker-pool.ts";

const DIGEST_BYTES = 32;

/** Tasks whose outcomes are numbers. */
export interface KeptJob<Shared, Task> {
  /** A file that serves the tasks: results are Float64Array. */
  readonly worker: URL;
  readonly shared: Shared;
  readonly tasks: readonly Task[];
  readonly folder: string;
  /** Of the code that the outcomes depend on. */
  readonly version: string;
}

/**
 * The outcomes in the order of the tasks. Each is in a file named by the digest of all that it depends on: task, what is shared, and version.
 * @throws the first task's error; what is done by then is kept.
 */
export async function keptTasks<Shared, Task>(
  { worker, shared, tasks, folder, version }: KeptJob<Shared, Task>,
  { workers, onProgress }: PoolOptions,
): Promise<Float64Array[]> {
  const common = digestOf([version, shared]);
  const paths = tasks.map((task) => join(folder, `${digestOf([common, task])}.outcome`));
  const outcomes = paths.map(readOutcome);
  const missing = [...tasks.keys()].filter((index) => outcomes[index] === undefined);
  let done = tasks.length - missing.length;
  await runTasks<Shared, Task, Float64Array>(
    worker,
    shared,
    missing.map((index) => tasks[index]!),
    { workers },
    (outcome, place) => {
      const index = missing[place]!;
      const bytes = Buffer.from(outcome.buffer, outcome.byteOffset, outcome.byteLength);
      writeFileAtomically(paths[index]!, Buffer.concat([createHash("sha256").update(bytes).digest(), bytes]));
      outcomes[index] = outcome;
      onProgress?.(++done, tasks.length);
    },
  );
  return outcomes as Float64Array[];
}

/** A kept outcome; undefined where there is none or it is damaged, so that it is made again. */
function readOutcome(path: string): Float64Array | undefined {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    return undefined;
  }
  const bytes = content.subarray(DIGEST_BYTES);
  const digest = createHash("sha256").update(bytes).digest();
  if (bytes.length % 8 !== 0 || !digest.equals(content.subarray(0, DIGEST_BYTES))) return undefined;
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

/** SHA-256, in hex, of a value made of plain objects, arrays, maps, numbers, strings and typed arrays. */
export function digestOf(value: unknown): string {
  const hash = createHash("sha256");
  add(hash, value);
  return hash.digest("hex");
}

/** Every value is told with its kind and length, so that no two values are told alike. */
function add(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}:`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (value instanceof Map) add(hash, ["map", ...value]);
  else if (Array.isArray(value)) {
    hash.update(`array ${value.length}:`);
    for (const item of value) add(hash, item);
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, of]) => of !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`object ${entries.length}:`);
    for (const entry of entries) add(hash, entry);
  } else {
    const text = `${typeof value} ${String(value)}`;
    hash.update(`${text.length} ${text};`);
  }
}
