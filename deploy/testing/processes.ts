// What tests of commands that start processes look for: the processes they started, and that none of them is left.
import { readdirSync, readFileSync } from "node:fs";
import { isListening, until } from "./waiting.ts";

const GONE_MILLISECONDS = 60_000;

export interface Process {
  id: number;
  parent: number;
  line: string;
}

/** All processes with their parents and command lines. */
function processes(): Process[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((id) => Number.isInteger(id))
    .flatMap((id) => {
      try {
        const stat = readFileSync(`/proc/${id}/stat`, "latin1");
        const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return [
          { id, parent: Number(parent), line: readFileSync(`/proc/${id}/cmdline`, "latin1").replaceAll("\0", " ") },
        ];
      } catch {
        return [];
      }
    });
}

/** The children of a process, theirs, and so on: servers, stages and their workers. */
export function descendants(id: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  for (let generation = [id]; generation.length > 0;) {
    const next = all.filter(({ parent }) => generation.includes(parent));
    found.push(...next);
    generation = next.map((process) => process.id);
  }
  return found;
}

/** Those of `family` that are still there under the same command line. */
function survivors(family: readonly Process[]): string[] {
  const now = new Map(processes().map(({ id, line }) => [id, line]));
  return family.filter(({ id, line }) => line !== "" && now.get(id) === line).map(({ id, line }) => `${id} ${line}`);
}

/** The ports that servers among these processes were told to listen on. */
export function portsOf(family: readonly Process[]): number[] {
  return family.flatMap(({ line }) => [...line.matchAll(/--port[ =](\d+)/g)].map(([, port]) => Number(port)));
}

/** Waits until none of `family` lives and none of their ports is listened on. */
export async function untilGone(family: readonly Process[]): Promise<void> {
  const listening = async (): Promise<number[]> => {
    const open = await Promise.all(portsOf(family).map(async (port) => ((await isListening(port)) ? [port] : [])));
    return open.flat();
  };
  await until(
    async () => survivors(family).length === 0 && (await listening()).length === 0,
    GONE_MILLISECONDS,
    () => `chain, indexer, engine and workers end:\n${survivors(family).join("\n")}`,
  );
}
