// What the machine could do at most: 8-bit products and reading memory, measured by a small C program.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("ceiling.c", import.meta.url));

/** By one number of threads; a figure is null where it could not be measured. */
export interface Ceiling {
  /** 8-bit multiplications and additions. */
  readonly operationsPerSecond: number | null;
  readonly readBytesPerSecond: number | null;
  /** Why a figure is null. */
  readonly reason: string | null;
}

/** Compiles the program in `folder` by the system's `cc`, and runs it. */
export function measureCeiling(folder: string, threads: readonly number[]): Map<number, Ceiling> {
  const program = join(folder, "ceiling");
  const compiled = spawnSync("cc", ["-O3", "-pthread", SOURCE, "-o", program], { encoding: "utf8" });
  const none = (reason: string): Ceiling => ({ operationsPerSecond: null, readBytesPerSecond: null, reason });
  return new Map(
    threads.map((count) => {
      if (compiled.error !== undefined) return [count, none(`there is no C compiler: ${compiled.error.message}`)];
      if (compiled.status !== 0) return [count, none("ceiling.c does not compile for this processor")];
      const { stdout, status } = spawnSync(program, [String(count)], { encoding: "utf8" });
      if (status !== 0) return [count, none(`ceiling.c ended with ${status}`)];
      const { operationsPerSecond, readBytesPerSecond } = JSON.parse(stdout) as Record<string, number>;
      const hasVnni = operationsPerSecond !== 0;
      return [
        count,
        {
          operationsPerSecond: hasVnni ? operationsPerSecond! : null,
          readBytesPerSecond: readBytesPerSecond!,
          reason: hasVnni ? null : "the processor has no AVX-512 VNNI",
        },
      ];
    }),
  );
}
