/** The kinds of tasks that workers know. */
import { NOVELTY } from "../index/novelty-shards.ts";
import { runNovelty } from "../index/novelty-task.ts";
import { RANK } from "../search/rank-shards.ts";
import { runRank } from "../search/rank-task.ts";
import { GRADIENTS } from "../sketch/gradient-shards.ts";
import { runGradients } from "../sketch/gradient-task.ts";
import type { TaskKind } from "./shard-runner.ts";

export const taskKinds: ReadonlyMap<string, TaskKind> = new Map([
  [GRADIENTS, runGradients],
  [NOVELTY, runNovelty],
  [RANK, runRank],
]);
