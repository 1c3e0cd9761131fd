// A search that stays open: its threads hold the records, each a range of them, and rank any number of queries.
import { type BackendChoice, chooseBackend } from "./backends.ts";
import type { BackendName, SearchBackend } from "./backend.ts";
import { type ChunkOptions, chunksOf } from "./chunk-search.ts";
import { fallingBack } from "./fall-back.ts";
import { openRangeSearch, type QueryBlock, type RangeOptions, type RangeSearch } from "./range-search.ts";
import { emptyLists, mergeLists, placeLists, type RankedLists } from "./ranked-lists.ts";
import { openSource, type RecordSource, type SourceDescription } from "./record-source.ts";
import { checkQueries, type Queries } from "./records.ts";
import { startSearchThread } from "./search-thread.ts";
import { sharedValues } from "./shared.ts";

/** Choices of speed and memory; none of them changes a byte of the result. */
export interface SearchOptions {
  /** `auto` by default: a way that proves exact on this machine and is expected to be fastest, or WebAssembly where there is little to do. */
  readonly backend?: BackendChoice;
  /** Threads that records are spread over; 1 (the default) works in the calling thread. */
  readonly threads?: number;
  /** Queries that are ranked together, 512 by default, 4,096 on a GPU. */
  readonly blockQueries?: number;
  /** Most sketch bytes that all threads hold together, 4 GiB by default; of more records, each block of queries reads them all. */
  readonly memoryBytes?: number;
  /** Told, where `auto` chose a GPU and it failed, that the processor goes on. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** How one call ranks. */
export interface RankCall {
  /** Puts the blocks of queries in another order; for tests of independence from order. */
  readonly arrange?: (blocks: QueryBlock[]) => QueryBlock[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** An open search; calls of `rank` may overlap. */
export interface Searcher {
  readonly backend: BackendName;
  readonly threads: number;
  /** The lists of docs/formats.md §6.3 for every query. */
  rank(queries: Queries, call?: RankCall): Promise<RankedLists>;
  close(): Promise<void>;
}

const DEFAULT_BLOCK = 512;
/** A device computes while the lists of the queries before are read. */
const DEVICE_BLOCK = 4_096;
/** Sketch bytes that a search holds unless told otherwise. */
export const DEFAULT_MEMORY = 4 * 2 ** 30;
/** What a thread can hold: a WebAssembly memory has 4 GiB, and lists and products need some of them. */
const MOST_HELD = 3 * 2 ** 30;
/** Ranges begin at multiples of it. */
const GRAIN = 16;
/** Enough that a thread which is held up leaves little undone, and few enough that each is worth a product. */
const CHUNKS_PER_THREAD = 8;
const LEAST_CHUNK = 256;

/**
 * Opens a search over records, which must be checked and stay unchanged. A GPU that `auto` chose and that fails is replaced by the processor.
 * @param expectedQueries how many queries will come, if known: `auto` takes the simplest way for few.
 * @throws Error if an option is out of range, a store can't be read, or the backend named is not exact here.
 */
export async function openSearcher(
  description: SourceDescription,
  topK: number,
  options: SearchOptions = {},
  expectedQueries = Infinity,
): Promise<Searcher> {
  if (!Number.isInteger(topK) || topK < 1 || topK > 256) throw new Error(`topK is ${topK}; must be 1 to 256`);
  const source = await openSource(description);
  await source.close();
  const products = source.count === 0 ? 0 : source.count * source.k * expectedQueries;
  const choice = options.backend ?? "auto";
  const backend = await chooseBackend(choice, products);
  const open = (on: SearchBackend) => openSearcherOn(on, description, topK, options, expectedQueries);
  if (choice !== "auto" || backend.perThread) return open(backend);
  return fallingBack(
    () => open(backend),
    async () => open(await chooseBackend(choice, products, ["gpu"])),
    options.onNotice,
  );
}

/** Opens a search by this backend and no other; as {@link openSearcher}. */
export async function openSearcherOn(
  backend: SearchBackend,
  description: SourceDescription,
  topK: number,
  options: SearchOptions = {},
  expectedQueries = Infinity,
): Promise<Searcher> {
  const source = await openSource(description);
  try {
    const { count, k } = source;
    const blockQueries = Math.min(
      options.blockQueries ?? (backend.perThread ? DEFAULT_BLOCK : DEVICE_BLOCK),
      Math.max(1, expectedQueries),
    );
    const wanted = backend.perThread ? (options.threads ?? 1) : 1;
    const threadCount = Math.max(1, Math.min(wanted, Math.ceil(count / GRAIN)));
    const mostHeld = backend.perThread ? MOST_HELD : Infinity;
    const holdBytes = Math.min(mostHeld, Math.floor((options.memoryBytes ?? DEFAULT_MEMORY) / threadCount));
    const sizes = { topK, mostQueries: blockQueries };
    if (threadCount === 1) {
      const search = await openRangeSearch(backend, source, { first: 0, count, holdBytes, ...sizes });
      return searcherOf({ source, backend, threads: [inTurn(search)], topK, blockQueries, chunks: 0 });
    }
    // Where each thread may hold all records, they share them out as they go; otherwise each keeps to a range.
    const canShare = count * k <= holdBytes;
    const chunkRecords = Math.max(LEAST_CHUNK, roundUp(count / threadCount / CHUNKS_PER_THREAD));
    const chunks = canShare ? chunksOf(count, chunkRecords) : 0;
    const parts = canShare
      ? split(chunks, threadCount, 1).map(({ first, count: own }): ChunkOptions => ({
          chunkRecords,
          own: [first, first + own],
          ...sizes,
        }))
      : split(count, threadCount, GRAIN).map((range): RangeOptions => ({ ...range, holdBytes, ...sizes }));
    const threads = await startThreads(description, backend.name, parts);
    return searcherOf({ source, backend, threads, topK, blockQueries, chunks });
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A thread for each part; if one can't open its records, none is left. */
async function startThreads(
  description: SourceDescription,
  backend: BackendName,
  parts: readonly (RangeOptions | ChunkOptions)[],
): Promise<RangeSearch[]> {
  const shared = shareDescription(description);
  const starts = await Promise.allSettled(
    parts.map((part) => startSearchThread({ description: shared, backend, part })),
  );
  const threads = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const failed = starts.find((start) => start.status === "rejected");
  if (failed === undefined) return threads;
  await Promise.all(threads.map((thread) => thread.close()));
  throw failed.reason;
}

interface SearcherParts {
  readonly source: RecordSource;
  readonly backend: SearchBackend;
  readonly threads: readonly RangeSearch[];
  readonly topK: number;
  readonly blockQueries: number;
  /** That threads take from each other; 0 if each keeps to its range. */
  readonly chunks: number;
}

function searcherOf({ source, backend, threads, topK, blockQueries, chunks }: SearcherParts): Searcher {
  return {
    backend: backend.name,
    threads: threads.length,
    async rank(queries, call = {}) {
      checkQueries(queries, "queries");
      if (queries.k !== source.k) {
        throw new Error(`queries have ${queries.k} dimensions, ${source.name} has ${source.k}`);
      }
      const result = emptyLists(queries.count, topK);
      const shared = threads.length === 1 ? queries : { ...queries, sketches: sharedValues(queries.sketches) };
      const blocks = (call.arrange ?? ((all) => all))(blocksOf(queries.count, blockQueries));
      let done = 0;
      await Promise.all(
        blocks.map(async (block) => {
          const taken = new Int32Array(new SharedArrayBuffer(4 * chunks));
          const parts = await Promise.all(threads.map((thread) => thread.rank(shared, block, taken)));
          placeLists(result, block.first, parts.reduce(mergeLists));
          done += block.count;
          call.onProgress?.(done, queries.count);
        }),
      );
      return result;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
      await source.close();
    },
  };
}

/** Lets one block begin when the one before it has ended. */
function inTurn(search: RangeSearch): RangeSearch {
  let last: Promise<unknown> = Promise.resolve();
  return {
    rank(queries, block, taken) {
      const turn = last.then(() => search.rank(queries, block, taken));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: () => search.close(),
  };
}

function shareDescription(description: SourceDescription): SourceDescription {
  if (description.kind === "store") return description;
  const { records } = description;
  return { kind: "memory", records: { ...records, sketches: sharedValues(records.sketches) } };
}

function roundUp(records: number): number {
  return Math.ceil(records / GRAIN) * GRAIN;
}

/** `parts` ranges of nearly equal size, in order, that begin at multiples of `grain`. */
function split(count: number, parts: number, grain: number): { first: number; count: number }[] {
  const bound = (part: number) => Math.min(count, Math.round((count * part) / parts / grain) * grain);
  return Array.from({ length: parts }, (_, part) => {
    const end = part + 1 === parts ? count : bound(part + 1);
    return { first: bound(part), count: end - bound(part) };
  });
}

function blocksOf(count: number, size: number): QueryBlock[] {
  const blocks: QueryBlock[] = [];
  for (let first = 0; first < count; first += size) blocks.push({ first, count: Math.min(size, count - first) });
  return blocks;
}
