// The main job's folder: emptied at each start, because a local chain does not survive its process and everything else belongs to it.
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";

const NEEDED_BYTES = 400 * 1024 * 1024;
const MARKER = ".tributary-work-folder";

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

/** Empties or creates the folder. Refuses one that holds something else, and one without enough free space. */
export function openWorkFolder(path: string): WorkFolder {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true });
  const run = join(folder, "start");
  const free = statfsSync(folder);
  const freeBytes = free.bavail * free.bsize;
  if (freeBytes < NEEDED_BYTES) {
    throw new UserError(
      `${folder} has ${Math.floor(freeBytes / 2 ** 20)} MiB free and the main job needs ${NEEDED_BYTES / 2 ** 20}: free some, or choose another folder with --work-dir`,
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
  writeFileSync(join(run, MARKER), "Emptied at each start of the main job.\n");
  return { path: run, ...parts };
}
