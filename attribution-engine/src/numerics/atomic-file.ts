/** Writes files so that a killed process leaves either the old content or the new, never a part. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Writes `content` to a temporary neighbour of `path` and renames it into place. */
export function writeFileAtomically(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { flush: true });
  renameSync(temporary, path);
}

/** Most bytes of one write: the system takes less than 2 GiB at once. */
const MOST_BYTES = 2 ** 30;

/** Like {@link writeFileAtomically}, of content that is too large to be put together in memory; if a write fails, nothing is left. */
export function writePartsAtomically(path: string, parts: Iterable<Uint8Array>): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "w");
    try {
      for (const part of parts) {
        let written = 0;
        while (written < part.length) {
          written += writeSync(file, part, written, Math.min(MOST_BYTES, part.length - written));
        }
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
