/** The leave-out measure: does predicted influence rank what really happens when a contributor's records are left out? */
import { ADAPTER_RECIPE } from "../model/adapter.ts";
import type { Adapter, AdapterRecipe, FrozenModel } from "../model/adapter.ts";
import { textLosses } from "../model/losses.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { LeaveOutJob, LeaveOutTask } from "./leave-out-worker.ts";
import { runTasks } from "../numerics/worker-pool.ts";
import { keptTasks } from "./kept-tasks.ts";
import { bootstrap, spearman } from "./statistics.ts";
import type { Estimate } from "./statistics.ts";

/** Of the code that a retraining depends on. */
const VERSION = "leave-out 1";
const WORKER = new URL("./leave-out-worker.ts", import.meta.url);

/** What was measured by retraining: `changes[c][q]` = loss of query q without contributor c's records − with them. */
export interface LeaveOutChanges {
  readonly contributors: readonly string[];
  readonly changes: readonly Float64Array[];
}

/** Contributors to leave out: `count` of those with most records first, ties in order of appearance. */
export function chooseContributors(recordContributors: readonly string[], count: number): string[] {
  const counts = new Map<string, number>();
  for (const contributor of recordContributors) counts.set(contributor, (counts.get(contributor) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([contributor]) => contributor);
}

/**
 * Retrains once per contributor by the same recipe, seed and batches, with that contributor's records at weight 0.
 * @param adapter the adapter trained by `recipe` on all records.
 * @param options `keptIn`: a folder for what each retraining gives, so that a run that was ended goes on with the next
 */
export async function measureLeaveOut(
  model: FrozenModel,
  adapter: Adapter,
  records: readonly (readonly number[])[],
  recordContributors: readonly string[],
  contributors: readonly string[],
  queries: readonly (readonly number[])[],
  options: PoolOptions & { readonly recipe?: AdapterRecipe; readonly keptIn?: string },
): Promise<LeaveOutChanges> {
  const { recipe = ADAPTER_RECIPE, keptIn: folder } = options;
  const tasks = contributors.map((contributor): LeaveOutTask => {
    if (!recordContributors.includes(contributor)) throw new Error(`${contributor} has no records to leave out`);
    return { recordWeights: Float32Array.from(recordContributors, (name) => (name === contributor ? 0 : 1)) };
  });
  const full = await textLosses(model, adapter, queries);
  const shared: LeaveOutJob = { model: { shape: model.shape, weights: model.weights }, recipe, records, queries };
  const losses =
    folder === undefined
      ? await runTasks<LeaveOutJob, LeaveOutTask, Float64Array>(WORKER, shared, tasks, options)
      : await keptTasks({ worker: WORKER, shared, tasks, folder, version: VERSION }, options);
  return { contributors, changes: losses.map((without) => without.map((loss, query) => loss - full[query]!)) };
}

/** Predicted changes in the same form: the sum of a contributor's records' influence on each query. */
export function predictLeaveOut(
  contributors: readonly string[],
  recordContributors: readonly string[],
  queryCount: number,
  scores: (query: number) => ArrayLike<number>,
): Float64Array[] {
  const place = new Map(contributors.map((contributor, index) => [contributor, index]));
  const sums = contributors.map(() => new Float64Array(queryCount));
  for (let query = 0; query < queryCount; query++) {
    const row = scores(query);
    recordContributors.forEach((contributor, record) => {
      const index = place.get(contributor);
      if (index !== undefined) sums[index]![query]! += row[record]!;
    });
  }
  return sums;
}

/** Agreement of prediction and measurement. */
export interface LeaveOutAgreement {
  /** Per query, Spearman over the contributors left out; averaged over queries, which are what is resampled. */
  readonly perQuery: Estimate;
  /** Spearman over cells (contributor left out × group of queries), each the sum of its queries; groups are resampled. */
  readonly cells: Estimate;
}

/** Compares predicted with measured changes. `queryGroups` names each query's group, e.g. its own contributor. */
export function leaveOutAgreement(
  measured: LeaveOutChanges,
  predicted: readonly Float64Array[],
  queryGroups: readonly string[],
  seed = 1,
): LeaveOutAgreement {
  const queries = queryGroups.length;
  const perQueryValues = Array.from({ length: queries }, (_, query) =>
    spearman(
      measured.changes.map((row) => row[query]!),
      predicted.map((row) => row[query]!),
    ),
  );
  const names = [...new Set(queryGroups)];
  const groupOf = queryGroups.map((name) => names.indexOf(name));
  const cell = (rows: readonly Float64Array[]): Float64Array[] => {
    const cells = names.map(() => new Float64Array(rows.length));
    rows.forEach((row, c) => {
      row.forEach((value, query) => (cells[groupOf[query]!]![c]! += value));
    });
    return cells;
  };
  const [measuredCells, predictedCells] = [cell(measured.changes), cell(predicted)];
  const joined = (cells: readonly Float64Array[], groups: readonly number[]): number[] =>
    groups.flatMap((group) => [...cells[group]!]);
  return {
    perQuery: bootstrap(
      queries,
      (items) => items.reduce((sum, query) => sum + perQueryValues[query]!, 0) / items.length,
      seed,
    ),
    cells: bootstrap(
      names.length,
      (groups) => spearman(joined(measuredCells, groups), joined(predictedCells, groups)),
      seed,
    ),
  };
}
