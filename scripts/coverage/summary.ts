// Sums up the coverage of the protocol's own contracts by file, and in all.
import type { FileCoverage } from "./lcov.ts";

export type Share = { covered: number; total: number };

export type FileSummary = {
  path: string;
  lines: Share;
  branches: Share;
  missingLines: number[];
  /** Lines of the branches that no test took. */
  missingBranches: number[];
};

export type Summary = { files: FileSummary[]; lines: Share; branches: Share };

/** The contracts that are deployed: helpers of tests do not count. */
export function isMeasured(path: string): boolean {
  return path.startsWith("contracts/") && !path.startsWith("contracts/test/");
}

/**
 * @param lineCoverage of all tests
 * @param branchCoverage of the Solidity tests
 */
export function summarize(lineCoverage: FileCoverage[], branchCoverage: FileCoverage[]): Summary {
  const paths = [...new Set([...lineCoverage, ...branchCoverage].map(({ path }) => path))].filter(isMeasured).sort();
  const files = paths.map((path): FileSummary => {
    const lines = [...(lineCoverage.find((file) => file.path === path)?.lines ?? [])];
    const branches = branchCoverage.find((file) => file.path === path)?.branches ?? [];
    const missingLines = lines.filter(([, isReached]) => !isReached).map(([line]) => line);
    const missingBranches = branches.filter(({ isTaken }) => !isTaken).map(({ line }) => line);
    return {
      path,
      lines: { covered: lines.length - missingLines.length, total: lines.length },
      branches: { covered: branches.length - missingBranches.length, total: branches.length },
      missingLines: missingLines.sort((a, b) => a - b),
      missingBranches: missingBranches.sort((a, b) => a - b),
    };
  });
  return { files, lines: add(files.map((file) => file.lines)), branches: add(files.map((file) => file.branches)) };
}

function add(shares: Share[]): Share {
  return shares.reduce((a, b) => ({ covered: a.covered + b.covered, total: a.total + b.total }), {
    covered: 0,
    total: 0,
  });
}

/** Rounded down to hundredths, so that a target is never reached by rounding. Nothing to cover counts as covered. */
export function percent({ covered, total }: Share): number {
  return total === 0 ? 100 : Math.floor((covered * 10_000) / total) / 100;
}

/** `3, 7-9` */
export function ranges(numbers: number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const n of numbers) {
    const part = parts.at(-1);
    if (part !== undefined && n <= part.last + 1) part.last = n;
    else parts.push({ first: n, last: n });
  }
  return parts.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}
