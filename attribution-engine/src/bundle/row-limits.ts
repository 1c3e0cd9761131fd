// How many rows the tables of a proposal may have to be rebuilt, given the inputs that the chain fixes.
import type { EpochManifest } from "@tributary/protocol/bundle-manifest";
import { callCount, type EpochInputs } from "../attribution/epoch-inputs.ts";
import { EARNINGS_FILE, ENTRIES_FILE, PAYOUTS_FILE, POINTS_FILE, rowsOf, TRACE_FILE } from "./bundle-files.ts";

/** A lie may add to what is right, and is shown the faster where its tables can be read. What has far more than could be right is demanded node by node instead. */
const TIMES = 2;
const MORE = 1024;

/** The most rows that a table is read with that has at most so many if it is right. */
export function mostRows(right: number): number {
  return TIMES * right + MORE;
}

/**
 * Looks at the counts of a proposal's manifest, before its tables are fetched or decoded.
 * @throws Error that names a table with far more rows than any epoch with these inputs has
 */
export function checkRowCounts(manifest: EpochManifest, inputs: EpochInputs): void {
  let calls = 0;
  let entries = 0;
  let points = 0;
  for (const group of inputs.groups) {
    const called = callCount(group);
    const listed = 2 * group.method.topK * called;
    calls += called;
    entries += listed;
    points += Math.min(listed, group.index.count);
  }
  // A group without points pays its fallback.
  const earnings = points + inputs.groups.length;
  const right = {
    [TRACE_FILE]: calls,
    [ENTRIES_FILE]: entries,
    [POINTS_FILE]: points,
    [EARNINGS_FILE]: earnings,
    [PAYOUTS_FILE]: inputs.previousPayouts.length + earnings,
  };
  for (const [file, count] of Object.entries(right)) {
    const rows = rowsOf(manifest, file);
    if (rows > mostRows(count))
      throw new Error(`manifest: ${file} has ${rows} rows, at most ${mostRows(count)} are read`);
  }
}
