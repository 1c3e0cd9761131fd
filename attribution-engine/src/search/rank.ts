// Ranks queries against all records: the K most helpful and the K most harmful ones of each, by any backend on any number of threads.
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { rankOnShards, type TileSizes } from "./rank-shards.ts";
import type { RankedLists } from "./ranked-lists.ts";
import { openSource, type SourceDescription } from "./record-source.ts";
import { checkQueries, checkRecords, type Queries, type ScoredRecords } from "./records.ts";
import { type KeptRuns, rankRuns } from "./rank-runs.ts";
import { openSearcher, type RankCall, type SearchOptions } from "./searcher.ts";

/** Choices of speed and memory; none of them changes a byte of the result. */
export interface RankOptions extends SearchOptions, RankCall {
  /** Workers on other machines, which then do it instead of threads here. */
  readonly shards?: ShardRunner | undefined;
  readonly tiles?: TileSizes;
  /** Where lists are kept while there are more to come, so that a search that was interrupted goes on; not with `shards`, which keep their own. */
  readonly kept?: KeptRuns | undefined;
}

/**
 * The lists of docs/formats.md §6.3 for every query: of each sign the `topK` records (1 … 256) of largest
 * `w = |scale·⟨q, x⟩|·novelty`, `w > 0`, ties to the lower record. Exact for all well-formed inputs: every product is an int64.
 * Throws if a shape, a scale or a coordinate is out of range; the message names the source.
 */
export async function rank(
  records: ScoredRecords,
  queries: Queries,
  topK: number,
  options: RankOptions = {},
): Promise<RankedLists> {
  checkRecords(records, "index");
  return rankSource({ kind: "memory", records }, queries, topK, options);
}

/** The same over records in memory, which must be checked, or in a store, which checks what it reads. */
export async function rankSource(
  description: SourceDescription,
  queries: Queries,
  topK: number,
  options: RankOptions = {},
): Promise<RankedLists> {
  checkQueries(queries, "queries");
  const { shards, kept } = options;
  if (shards !== undefined) {
    const source = await openSource(description);
    try {
      return await rankOnShards(shards, source, queries, topK, options.tiles, options.onProgress);
    } finally {
      await source.close();
    }
  }
  const open = () => openSearcher(description, topK, options, queries.count);
  if (kept !== undefined) return rankRuns(open, queries, topK, kept, options);
  const searcher = await open();
  try {
    return await searcher.rank(queries, options);
  } finally {
    await searcher.close();
  }
}
