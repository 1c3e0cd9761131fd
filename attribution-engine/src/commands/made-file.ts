// Finds what an earlier stage has made.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The path of a stage's result. @throws if it is not there, saying which stage makes it. */
export function madeFile(work: string, name: string, stage: string): string {
  const path = join(work, name);
  if (!existsSync(path)) throw new Error(`${path} is missing; run the stage ${stage} first`);
  return path;
}
