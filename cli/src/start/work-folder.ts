// The main job's folder: emptied at each start, because a local chain does not survive its process and everything else belongs to it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";

const NEEDED_BYTES = 400 * 1024 * 1024;
/** In the folder of a run: says that it is one, and whose. */
const OWNER_FILE = "process-id";

/** The servers and stages of a run that was killed end with it, and may still be writing for a moment. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

export interface WorkFolder {
  readonly path: string;
  /** Logs of the servers and of the engine's stages. */
  readonly logs: string;
  /** Files of the engine. */
  readonly engine: string;
  /** What the engine publishes. */
  readonly bundles: string;
  /** State of the deployment. */
  readonly deployment: string;
  /** Database of the indexer. */
  readonly indexer: string;
  /** What the SIMULATED payers kept of their calls, as `<receipt id>.json`. */
  readonly answers: string;
  /** What was contributed, for those who serve it. */
  readonly content: string;
}

/**
 * Empties or creates `start/` in the folder. Throws a {@link UserError} if the disk has too little space for a run, if another run is at work
 * there, or if what is there is not a run's.
 */
export function openWorkFolder(path: string, neededBytes: number = NEEDED_BYTES): WorkFolder {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true });
  const run = join(folder, "start");
  const free = statfsSync(folder);
  const freeBytes = free.bavail * free.bsize;
  if (freeBytes < neededBytes) {
    throw new UserError(
      `${folder} has ${Math.floor(freeBytes / 2 ** 20)} MiB free and the main job needs ${Math.ceil(neededBytes / 2 ** 20)}: free some, or choose another folder with --work-dir`,
    );
  }
  refuseForeign(run);
  // The owner's file is there before anything else and goes last, so that a run killed right here can be taken over too.
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, OWNER_FILE), String(process.pid));
  for (const name of readdirSync(run)) {
    if (name !== OWNER_FILE) rmSync(join(run, name), REMOVAL);
  }
  const parts = {
    logs: join(run, "logs"),
    engine: join(run, "engine"),
    deployment: join(run, "deployment"),
    indexer: join(run, "indexer"),
    answers: join(run, "answers"),
    content: join(run, "content"),
  };
  for (const part of Object.values(parts)) mkdirSync(part, { recursive: true });
  return { path: run, ...parts, bundles: join(parts.engine, "bundles") };
}

function refuseForeign(run: string): void {
  if (!existsSync(run) || readdirSync(run).length === 0) return;
  const owner = join(run, OWNER_FILE);
  if (!existsSync(owner)) {
    throw new UserError(
      `${run} was not made by a main job, and starting one would empty it: choose another --work-dir`,
    );
  }
  const id = Number(readFileSync(owner, "utf8"));
  if (id !== process.pid && isMainJob(id)) {
    throw new UserError(
      `the main job with process id ${id} is at work in ${run}: end it, or choose another --work-dir`,
    );
  }
}

/** Whether the process lives and is a main job; ids are given again to others. */
function isMainJob(id: number): boolean {
  // A run that was killed while it wrote its id has left an empty file.
  if (!Number.isInteger(id) || id < 1) return false;
  try {
    process.kill(id, 0);
    const commandLine = `/proc/${id}/cmdline`;
    return !existsSync(commandLine) || readFileSync(commandLine, "latin1").includes("main.ts\0start");
  } catch {
    return false;
  }
}
