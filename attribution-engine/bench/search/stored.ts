// Searching a store that is larger than the memory given, and what reading it costs against copying within memory.
import { join } from "node:path";
import { createRecordStore, openRecordAppender } from "../../src/search/store/append-store.ts";
import { openRecordStore } from "../../src/search/store/open-store.ts";
import { openSearcher } from "../../src/search/searcher.ts";
import type { Workload } from "./workload.ts";

export interface Stored {
  readonly pairsPerSecond: number;
  /** Of the store's sketches, by all threads together. */
  readonly memoryShare: number;
  /** With each block's checksum, and without, by one thread from the system's cache; and one copy within memory. */
  readonly checkedBytesPerSecond: number;
  readonly readBytesPerSecond: number;
  readonly copyBytesPerSecond: number;
  readonly appendedRecordsPerSecond: number;
}

const MEMORY_SHARE = 1 / 8;
const RUNS = 3;
/** Sketch bytes that are read at a time. */
const READ_BYTES = 2 ** 24;

export async function measureStored(
  { records, queries, sizes }: Workload,
  threads: number,
  folder: string,
): Promise<Stored> {
  const path = join(folder, "records.store");
  const { count, k } = records;
  createRecordStore(path, k);
  const appender = openRecordAppender(path);
  const append = await shortest(1, () => {
    appender.append(records);
    appender.commit();
    return Promise.resolve();
  });
  appender.close();

  const memoryBytes = Math.floor(count * k * MEMORY_SHARE);
  const searcher = await openSearcher({ kind: "store", path }, sizes.topK, { threads, memoryBytes });
  await searcher.rank(queries);
  const search = await shortest(RUNS, () => searcher.rank(queries));
  await searcher.close();

  const rows = Math.max(16, Math.floor(Math.min(READ_BYTES / k, count / 4)));
  const into = { sketches: new Uint8Array(rows * k), scales: new Uint32Array(rows), novelties: new Uint8Array(rows) };
  const store = await openRecordStore(path);
  const readAll = async (): Promise<void> => {
    for (let first = 0; first + rows <= count; first += rows) await store.read(first, into);
  };
  const bytes = Math.floor(count / rows) * rows * (k + 5);
  const checked = await shortest(1, readAll);
  const read = await shortest(RUNS, readAll);
  await store.close();
  const copy = await shortest(RUNS, () => {
    for (let first = 0; first + rows <= count; first += rows) {
      into.sketches.set(records.sketches.subarray(first * k, (first + rows) * k));
      into.scales.set(records.scales.subarray(first, first + rows));
      into.novelties.set(records.novelties.subarray(first, first + rows));
    }
    return Promise.resolve();
  });
  return {
    pairsPerSecond: (count * queries.count) / search,
    memoryShare: MEMORY_SHARE,
    checkedBytesPerSecond: bytes / checked,
    readBytesPerSecond: bytes / read,
    copyBytesPerSecond: bytes / copy,
    appendedRecordsPerSecond: count / append,
  };
}

/** Seconds of the shortest of some runs. */
async function shortest(runs: number, work: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    least = Math.min(least, (performance.now() - start) / 1_000);
  }
  return least;
}
