// Ranks queries over all records by threads that share the work: each begins with records of its own, then takes what no other has begun.
import type { SearchBackend, Shard } from "./backend.ts";
import type { RangeSearch } from "./range-search.ts";
import type { RecordSource } from "./record-source.ts";

/** How records are shared out; no choice changes a result. */
export interface ChunkOptions {
  /** Records of a chunk; a multiple of 16. */
  readonly chunkRecords: number;
  /** The chunks that this thread begins with: `own[0] … own[1] − 1`. */
  readonly own: readonly [number, number];
  readonly topK: number;
  readonly mostQueries: number;
}

/** Chunks of `count` records. */
export function chunksOf(count: number, chunkRecords: number): number {
  return Math.ceil(count / chunkRecords);
}

/**
 * Opens a thread's part of a search. Its own chunks are read now, those of others when it first takes them; all are kept.
 * `rank` needs the block's `taken`: a number for each chunk, 0 until a thread takes it, in memory that the threads share.
 */
export async function openChunkSearch(
  backend: SearchBackend,
  source: RecordSource,
  { chunkRecords, own, topK, mostQueries }: ChunkOptions,
): Promise<RangeSearch> {
  const chunks = chunksOf(source.count, chunkRecords);
  const scorer = await backend.createScorer(source, { topK, shardRecords: chunkRecords, slots: chunks, mostQueries });
  const held: (Shard | undefined)[] = [];
  const hold = async (chunk: number): Promise<Shard> => {
    const first = chunk * chunkRecords;
    return (held[chunk] ??= await scorer.load(chunk, first, Math.min(chunkRecords, source.count - first)));
  };
  const [begin, end] = own;
  for (let chunk = begin; chunk < end; chunk++) await hold(chunk);
  // Others' chunks from the end of the part before, which its own thread comes to last.
  const order = Array.from({ length: chunks }, (_, i) =>
    i < end - begin ? begin + i : (end - 1 - i + chunks) % chunks,
  );
  return {
    async rank(queries, block, taken) {
      if (taken === undefined) throw new Error("threads share a block of queries by what they have taken of it");
      await scorer.begin(queries, block.first, block.count);
      for (const chunk of order) {
        if (Atomics.exchange(taken, chunk, 1) === 0) await scorer.scan(await hold(chunk));
      }
      return scorer.finish();
    },
    close: () => scorer.close(),
  };
}
