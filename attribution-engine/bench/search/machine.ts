// What the machine could do at most: 8-bit products and reading memory, measured by a small C program.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("ceiling.c", import.meta.url));

/** By one number of threads; a figure is null where it could not be measured. */
export interface Ceiling {
  /** 8-bit multiplications and additions: the median of the measurements. */
  readonly operationsPerSecond: number | null;
  /** The least and the most of them. */
  readonly operationsRange: readonly [least: number, most: number] | null;
  /** The median. */
  readonly readBytesPerSecond: number | null;
  /** Why a figure is null. */
  readonly reason: string | null;
}

/** One run of the program; no operations where the processor lacks the instruction. */
export interface CeilingRun {
  readonly operationsPerSecond: number;
  readonly readBytesPerSecond: number;
}

/** Compiles the program in `folder` by the system's `cc`. @returns measures once by some threads, or says why it cannot. */
export function openCeiling(folder: string): (threads: number) => CeilingRun | string {
  const program = join(folder, "ceiling");
  const compiled = spawnSync("cc", ["-O3", "-pthread", SOURCE, "-o", program], { encoding: "utf8" });
  if (compiled.error !== undefined) return () => `there is no C compiler: ${compiled.error!.message}`;
  if (compiled.status !== 0) return () => "ceiling.c does not compile for this processor";
  return (threads) => {
    const { stdout, status } = spawnSync(program, [String(threads)], { encoding: "utf8" });
    return status === 0 ? (JSON.parse(stdout) as CeilingRun) : `ceiling.c ended with ${status}`;
  };
}

/** The ceiling out of several measurements, which are made in turns with what is compared with it: the machine has not the same power all the time. */
export function ceilingOf(runs: readonly (CeilingRun | string)[]): Ceiling {
  const failed = runs.find((run) => typeof run === "string");
  const measured = runs.filter((run) => typeof run !== "string");
  if (failed !== undefined || measured.length === 0)
    return {
      ...{ operationsPerSecond: null, operationsRange: null, readBytesPerSecond: null },
      reason: failed ?? "it was not measured",
    };
  const sorted = (of: (run: CeilingRun) => number): number[] => measured.map(of).sort((a, b) => a - b);
  const operations = sorted((run) => run.operationsPerSecond);
  const reads = sorted((run) => run.readBytesPerSecond);
  const hasVnni = operations[0] !== 0;
  return {
    operationsPerSecond: hasVnni ? operations[operations.length >> 1]! : null,
    operationsRange: hasVnni ? [operations[0]!, operations.at(-1)!] : null,
    readBytesPerSecond: reads[reads.length >> 1]!,
    reason: hasVnni ? null : "the processor has no AVX-512 VNNI",
  };
}
