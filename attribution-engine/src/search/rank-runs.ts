// Ranks queries run by run and keeps each run's lists in a file, so that a search which was interrupted goes on where it stopped.
import { join } from "node:path";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import { digestOf } from "../numerics/value-digest.ts";
import { emptyLists, placeLists, type RankedLists } from "./ranked-lists.ts";
import type { Queries } from "./records.ts";
import type { RankCall, Searcher } from "./searcher.ts";

/** Where the lists of runs are kept; its user removes the folder when all is done. */
export interface KeptRuns {
  readonly folder: string;
  /** Says which records are searched: of other records it is another. */
  readonly recordsDigest: string;
  /** Queries of a run, 4,096 by default. */
  readonly runQueries?: number;
}

const RUN_QUERIES = 4_096;
/** Of the files' form. */
const VERSION = "lists 1";

/**
 * The lists of all queries. Each run is in a file named by the digest of all that its lists depend on; a file that is damaged is made again.
 * @param open the search, which is opened only if lists are missing
 */
export async function rankRuns(
  open: () => Promise<Searcher>,
  queries: Queries,
  topK: number,
  { folder, recordsDigest, runQueries = RUN_QUERIES }: KeptRuns,
  { onProgress, arrange }: RankCall = {},
): Promise<RankedLists> {
  const { count, k } = queries;
  const lists = emptyLists(count, topK);
  const missing: { first: number; run: Queries; path: string }[] = [];
  let done = 0;
  for (let first = 0; first < count; first += runQueries) {
    const end = Math.min(count, first + runQueries);
    const run: Queries = { count: end - first, k, sketches: queries.sketches.subarray(first * k, end * k) };
    const path = join(folder, `${digestOf([VERSION, recordsDigest, k, topK, run.sketches])}.lists`);
    const kept = readLists(path, run.count, topK);
    if (kept === undefined) missing.push({ first, run, path });
    else {
      placeLists(lists, first, kept);
      done += run.count;
    }
  }
  if (done > 0) onProgress?.(done, count);
  if (missing.length === 0) return lists;
  const searcher = await open();
  try {
    // All at once, so that nothing waits between two runs; they end in turn.
    const work = missing.map(async ({ first, run, path }) => {
      const part = await searcher.rank(run, arrange === undefined ? {} : { arrange });
      writeSealed(path, Buffer.concat(columnsOf(part)));
      placeLists(lists, first, part);
      onProgress?.((done += run.count), count);
    });
    await Promise.all(work);
  } finally {
    await searcher.close();
  }
  return lists;
}

/** Kept lists; undefined where there are none, or they are damaged. */
function readLists(path: string, queries: number, topK: number): RankedLists | undefined {
  const lists = emptyLists(queries, topK);
  const columns = columnsOf(lists);
  const bytes = readSealed(path);
  if (bytes?.length !== columns.reduce((total, { length }) => total + length, 0)) return undefined;
  let at = 0;
  for (const column of columns) {
    column.set(bytes.subarray(at, at + column.length));
    at += column.length;
  }
  return lists;
}

/** The columns as they lie in memory. */
function columnsOf({ counts, recordIndex, s, w }: RankedLists): Uint8Array[] {
  return [counts, recordIndex, s, w].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
}
