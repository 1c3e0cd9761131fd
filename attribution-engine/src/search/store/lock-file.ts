// Keeps two processes from appending to one file: each claims it by a neighbour of the file that is named after the process.
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A process: its number, which a later one may get too, when it was started, and since which start of the machine that counts. */
interface Claimant {
  readonly pid: number;
  readonly started: string;
  readonly boot: string;
}

/**
 * Takes the lock of `path`. A claim is a file named `<path>.lock.<process>.<start>.<boot>`, whose name is all that it says, so that none is ever read half-written. Who claims
 * looks for other claims only when its own is there: of two that claim at once one at least sees the other. Claims of processes that have ended are
 * removed, which takes nothing from anybody, as no later process has the same name. Where the system does not tell when a process was started
 * (no /proc), and where processes do not see each other, as in two containers, a process that has another's number may be taken for it, or none
 * be seen: let one container append.
 * @returns gives it back.
 * @throws Error that names the process which holds it.
 */
export function lockFile(path: string): () => void {
  const own = claimOf(path, { pid: process.pid, started: startOf(process.pid) ?? UNKNOWN, boot: bootOf() });
  try {
    closeSync(openSync(own, "wx"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw held(path, process.pid, own, cause);
  }
  try {
    for (const { claim, claimant } of claimsOf(path)) {
      if (claim === own) continue;
      if (isRunning(claimant)) throw held(path, claimant.pid, claim);
      rmSync(claim, { force: true });
    }
  } catch (error) {
    rmSync(own, { force: true });
    throw error;
  }
  return () => rmSync(own, { force: true });
}

const UNKNOWN = "0";

function held(path: string, pid: number, claim: string, cause?: unknown): Error {
  return new Error(`${path}: process ${pid} appends to it; if it does not, remove ${claim}`, { cause });
}

function claimOf(path: string, { pid, started, boot }: Claimant): string {
  return `${path}.lock.${pid}.${started}.${boot}`;
}

/** The claims to `path` that are there. */
function claimsOf(path: string): { claim: string; claimant: Claimant }[] {
  const prefix = `${basename(path)}.lock.`;
  return readdirSync(dirname(path)).flatMap((name) => {
    const parts = /^(\d+)\.(\d+)\.([0-9a-f]+)$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : "");
    if (parts === null) return [];
    return [
      { claim: join(dirname(path), name), claimant: { pid: Number(parts[1]), started: parts[2]!, boot: parts[3]! } },
    ];
  });
}

function isRunning({ pid, started, boot }: Claimant): boolean {
  if (boot !== bootOf()) return false;
  const start = startOf(pid);
  if (start !== undefined) return start === started;
  if (started !== UNKNOWN) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a running process was started, in ticks since the machine was; undefined where it has ended, or the system does not say. */
function startOf(pid: number): string | undefined {
  const stat = readSystem(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets, which may have spaces and brackets in it; state is the third field, start the 22nd.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** Differs from one start of the machine to the next, where the system says. */
function bootOf(): string {
  return readSystem("/proc/sys/kernel/random/boot_id")?.slice(0, 8) ?? UNKNOWN;
}

function readSystem(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
