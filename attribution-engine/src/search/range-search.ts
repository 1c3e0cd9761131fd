// Ranks queries over a range of places by one scorer, which holds the whole range or reads it shard by shard.
import type { SearchBackend, ShardScorer } from "./backend.ts";
import type { RankedLists } from "./ranked-lists.ts";
import type { RecordSource } from "./record-source.ts";
import type { Queries } from "./records.ts";

/** A run of consecutive queries. */
export interface QueryBlock {
  readonly first: number;
  readonly count: number;
}

/** Which records are searched, and how; no choice of sizes changes a result. */
export interface RangeOptions {
  readonly first: number;
  readonly count: number;
  readonly topK: number;
  /** Most sketch bytes that are held at a time. */
  readonly holdBytes: number;
  readonly mostQueries: number;
}

/** A search over a range of records. */
export interface RangeSearch {
  /** The lists of a block of queries over the range, or over the chunks that it takes (`openChunkSearch`). One at a time. */
  rank(queries: Queries, block: QueryBlock, taken?: Int32Array): Promise<RankedLists>;
  close(): Promise<void>;
}

const GRAIN = 16;

/** Opens a search; a range that fits `holdBytes` is read now and kept, another one is read for every block of queries. */
export async function openRangeSearch(
  backend: SearchBackend,
  source: RecordSource,
  range: RangeOptions,
): Promise<RangeSearch> {
  const { first, count, topK, mostQueries } = range;
  const held = Math.floor(range.holdBytes / source.k);
  const isKept = count <= Math.max(GRAIN, held);
  const slots = isKept ? 1 : 2;
  const shardRecords = Math.max(GRAIN, roundUp(isKept ? count : held / 2 - GRAIN));
  const scorer = await backend.createScorer(source, { topK, shardRecords, slots, mostQueries });
  const shards = Array.from({ length: Math.ceil(count / shardRecords) }, (_, i) => ({
    first: first + i * shardRecords,
    count: Math.min(shardRecords, count - i * shardRecords),
  }));
  const kept = isKept && shards[0] !== undefined ? await scorer.load(0, first, count) : undefined;
  return {
    async rank(queries, block) {
      await scorer.begin(queries, block.first, block.count);
      if (kept !== undefined) await scorer.scan(kept);
      else await scanAhead(scorer, shards);
      return scorer.finish();
    },
    close: () => scorer.close(),
  };
}

/** Scans shard after shard, each read while the one before it is scanned. */
async function scanAhead(scorer: ShardScorer, shards: readonly { first: number; count: number }[]): Promise<void> {
  const load = (number: number) => {
    const shard = shards[number];
    return shard === undefined ? undefined : scorer.load(number % 2, shard.first, shard.count);
  };
  let next = load(0);
  for (let number = 0; next !== undefined; number++) {
    const shard = await next;
    next = load(number + 1);
    // A read that fails while the scan runs is told when its turn comes.
    next?.catch(() => undefined);
    await scorer.scan(shard);
  }
}

function roundUp(records: number): number {
  return Math.ceil(records / GRAIN) * GRAIN;
}
