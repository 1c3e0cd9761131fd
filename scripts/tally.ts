// Counts what a child process's checks came to.

export interface Tally {
  passed: number;
  failed: number;
}

export function addTallies(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

/** A command without a test reporter counts as one test. */
export function judgeCheck(exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * Reads the last summary of a test reporter (`12 passing`, `1 failing`) in its output without colours. A run that exits
 * non-zero has at least one failure, and so has a run that prints no summary: it did not test anything.
 */
export function judgeTestRun(output: string, exitCode: number): Tally {
  const passed = lastCount(output, "passing");
  const failed = lastCount(output, "failing") ?? 0;
  const isBroken = exitCode !== 0 || passed === undefined;
  return { passed: passed ?? 0, failed: isBroken ? Math.max(1, failed) : failed };
}

function lastCount(output: string, word: string): number | undefined {
  const last = [...output.matchAll(new RegExp(String.raw`^\s*(\d+) ${word}\b`, "gm"))].at(-1);
  return last === undefined ? undefined : Number(last[1]);
}
