// The worker thread of `rank`: ranks blocks of queries and posts their lists.
import { parentPort, workerData } from "node:worker_threads";
import { createBlockScorer } from "./block-scorer.ts";
import type { RankTask, RankWorkerData } from "./rank.ts";

const data = workerData as RankWorkerData;
const scorer = createBlockScorer(data.module, data.records, data.options);

parentPort?.on("message", (task: RankTask) => {
  const lists = scorer.rank(data.queries, task.first, task.count);
  const transfer = [lists.counts, lists.recordIndex, lists.s, lists.w].map((column) => column.buffer as ArrayBuffer);
  parentPort?.postMessage(lists, transfer);
});
