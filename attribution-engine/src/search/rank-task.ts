/** Runs tasks of ranking: the worker's side of `rank-shards.ts`. */
import type { TaskKind } from "../distributed/shard-runner.ts";
import { rank } from "./rank.ts";
import type { Queries, ScoredRecords } from "./records.ts";

export const runRank: TaskKind = async ({ inputs, settings }, { object }) =>
  rank(
    (await object(inputs["records"]!)) as ScoredRecords,
    (await object(inputs["queries"]!)) as Queries,
    settings["topK"] as number,
  );
