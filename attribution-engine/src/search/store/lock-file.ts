// Keeps two processes from appending to one file: a neighbour of it names the process that does.
import { readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Takes the lock of `path`, also from a process that no longer runs.
 * @returns gives it back.
 * @throws Error that names the process which holds it.
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`;
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = Number(readFileSync(lock, "utf8"));
    if (holder === process.pid || isRunning(holder)) {
      throw new Error(`${path}: process ${holder} appends to it; if it does not, remove ${lock}`, { cause: error });
    }
    writeFileSync(lock, String(process.pid));
  }
  return () => rmSync(lock, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
