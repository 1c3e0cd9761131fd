// The worker thread of a search: opens its range of records, then ranks the blocks it is sent, one after another.
import { parentPort, workerData } from "node:worker_threads";
import { openBackend } from "./backends.ts";
import { openChunkSearch } from "./chunk-search.ts";
import { openRangeSearch, type RangeSearch } from "./range-search.ts";
import { openSource } from "./record-source.ts";
import type { SearchOrder, SearchReply, SearchThreadData } from "./search-thread.ts";

const { description, backend, part } = workerData as SearchThreadData;

function answer(reply: SearchReply): void {
  const lists = "lists" in reply ? reply.lists : undefined;
  const columns = lists === undefined ? [] : [lists.counts, lists.recordIndex, lists.s, lists.w];
  parentPort?.postMessage(
    reply,
    columns.map((column) => column.buffer as ArrayBuffer),
  );
}

async function open(): Promise<RangeSearch> {
  const opened = await openBackend(backend);
  const source = await openSource(description);
  return "chunkRecords" in part ? openChunkSearch(opened, source, part) : openRangeSearch(opened, source, part);
}

async function answerWith(work: () => Promise<SearchReply>): Promise<void> {
  try {
    answer(await work());
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
  }
}

const opening = open();
let last = answerWith(async () => {
  await opening;
  return { lists: undefined };
});
parentPort?.on("message", ({ queries, block, taken }: SearchOrder) => {
  last = last.then(() => answerWith(async () => ({ lists: await (await opening).rank(queries, block, taken) })));
});
