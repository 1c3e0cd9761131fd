// The main job's folder: emptied at each start, because a local chain does not survive its process and everything else belongs to it.
import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";

const NEEDED_BYTES = 400 * 1024 * 1024;

export interface WorkFolder {
  readonly path: string;
  /** Logs of the servers and of the engine's stages. */
  readonly logs: string;
  /** Files of the engine. */
  readonly engine: string;
  /** State of the deployment. */
  readonly deployment: string;
  /** Database of the indexer. */
  readonly indexer: string;
}

/** Empties or creates `start/` in the folder; throws a {@link UserError} if the disk has too little space for a run. */
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
  rmSync(run, { recursive: true, force: true });
  const parts = {
    logs: join(run, "logs"),
    engine: join(run, "engine"),
    deployment: join(run, "deployment"),
    indexer: join(run, "indexer"),
  };
  for (const part of Object.values(parts)) mkdirSync(part, { recursive: true });
  return { path: run, ...parts };
}
