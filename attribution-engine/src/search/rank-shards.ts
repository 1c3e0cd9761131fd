/** Ranking as tasks for workers on any machine: each ranks some queries against some records, and the lists are merged. */
import type { ShardRunner } from "../distributed/shard-runner.ts";
import { storedOnce } from "../distributed/stored-once.ts";
import { emptyLists, mergeLists, placeLists, type RankedLists } from "./ranked-lists.ts";
import { recordsOf, type RecordSource } from "./record-source.ts";
import type { Queries } from "./records.ts";

export const RANK = "rank";

/** How large tasks are; changes no byte of the result. */
export interface TileSizes {
  /** Sketch bytes of the records of a task. */
  readonly recordBytes?: number | undefined;
  /** Queries of a task. */
  readonly queries?: number | undefined;
}

const RECORD_BYTES = 32 * 2 ** 20;
const QUERIES = 1024;

/** What `rank` computes, on workers; inputs must be checked. Holds a tile of the records, and the lists. */
export async function rankOnShards(
  shards: ShardRunner,
  source: RecordSource,
  queries: Queries,
  topK: number,
  { recordBytes = RECORD_BYTES, queries: blockQueries = QUERIES }: TileSizes = {},
  onProgress?: (done: number, total: number) => void,
): Promise<RankedLists> {
  const { k } = source;
  if (queries.k !== k) throw new Error(`queries have ${queries.k} dimensions, the index has ${k}`);
  const tileRecords = Math.max(1, Math.floor(recordBytes / k));
  const tiles = Math.ceil(source.count / tileRecords);
  const blocks = Math.ceil(queries.count / blockQueries);
  const merged = Array.from({ length: blocks }, (_, block) =>
    emptyLists(Math.min(blockQueries, queries.count - block * blockQueries), topK),
  );
  const storedTile = storedOnce(async (tile) => {
    const first = tile * tileRecords;
    return shards.put(await recordsOf(source, first, Math.min(tileRecords, source.count - first)));
  });
  const storedBlock = storedOnce(async (block) => {
    const [first, end] = [block * blockQueries, Math.min(queries.count, (block + 1) * blockQueries)];
    return shards.put({
      count: end - first,
      k,
      sketches: queries.sketches.slice(first * k, end * k),
    } satisfies Queries);
  }, blocks);
  let done = 0;
  // Tile by tile, so that a worker holds one tile for many tasks.
  await shards.run(
    {
      count: tiles * blocks,
      at: async (index) => ({
        kind: RANK,
        inputs: {
          records: await storedTile(Math.floor(index / blocks)),
          queries: await storedBlock(index % blocks),
        },
        settings: { topK },
      }),
    },
    (result, index) => {
      const part = result as RankedLists;
      const [tile, block] = [Math.floor(index / blocks), index % blocks];
      const recordIndex = part.recordIndex.map((place) => place + tile * tileRecords);
      merged[block] = mergeLists(merged[block]!, { ...part, recordIndex });
      done += part.queries;
      onProgress?.(Math.floor(done / tiles), queries.count);
    },
  );
  const lists = emptyLists(queries.count, topK);
  for (const [block, part] of merged.entries()) placeLists(lists, block * blockQueries, part);
  return lists;
}
