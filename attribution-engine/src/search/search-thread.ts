// A worker thread that ranks blocks of queries over its range of records, one block after another.
import { Worker } from "node:worker_threads";
import type { BackendName } from "./backend.ts";
import type { ChunkOptions } from "./chunk-search.ts";
import type { QueryBlock, RangeOptions, RangeSearch } from "./range-search.ts";
import type { RankedLists } from "./ranked-lists.ts";
import type { SourceDescription } from "./record-source.ts";
import type { Queries } from "./records.ts";

/** What a thread is started with. */
export interface SearchThreadData {
  readonly description: SourceDescription;
  readonly backend: BackendName;
  readonly part: RangeOptions | ChunkOptions;
}

export interface SearchOrder {
  readonly queries: Queries;
  readonly block: QueryBlock;
  readonly taken: Int32Array | undefined;
}

/** Answers come in the order of the orders; the first one only says that the records are read. */
export type SearchReply = { readonly lists: RankedLists | undefined } | { readonly error: string };

interface Waiting {
  resolve(lists: RankedLists | undefined): void;
  reject(error: Error): void;
}

/** Resolves when the thread has opened its records. Its failures reject what waits for it, and all that comes later. */
export async function startSearchThread(data: SearchThreadData): Promise<RangeSearch> {
  const worker = new Worker(new URL("./search.worker.ts", import.meta.url), { workerData: data });
  const waiting: Waiting[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  const reply = (): Promise<RankedLists | undefined> =>
    new Promise((resolve, reject) => {
      if (failure === undefined) waiting.push({ resolve, reject });
      else reject(failure);
    });
  worker.on("message", (message: SearchReply) => {
    const next = waiting.shift();
    if ("error" in message) next?.reject(new Error(message.error));
    else next?.resolve(message.lists);
  });
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`search thread ended with exit code ${code} before its work was done`)));
  try {
    await reply();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    async rank(queries, block, taken) {
      const order: SearchOrder = { queries, block, taken };
      worker.postMessage(order);
      return (await reply())!;
    },
    async close() {
      await worker.terminate();
    },
  };
}
