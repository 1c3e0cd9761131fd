// The worker thread of `computeNovelty`: answers blocks of records.
import { parentPort, workerData } from "node:worker_threads";
import { createNoveltyComputer } from "./novelty-block.ts";
import type { NoveltyTask, NoveltyWorkerData } from "./novelty.ts";

const data = workerData as NoveltyWorkerData;
const compute = createNoveltyComputer(data.module, data.input, data.rule, data.shardBytes);

parentPort?.on("message", (task: NoveltyTask) => {
  parentPort?.postMessage(compute(task.first, task.count));
});
