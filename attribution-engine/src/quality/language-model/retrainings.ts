/** What training on subsets of the records makes of the losses of passages. */
import type { AdapterRecipe, FrozenModel } from "../../model/adapter.ts";
import type { PoolOptions } from "../../numerics/worker-pool.ts";
import { keptTasks } from "../kept-tasks.ts";
import type { SubsetOutcomes } from "../lds.ts";
import type { LeaveOutJob, LeaveOutTask } from "../leave-out-worker.ts";

const WORKER = new URL("../leave-out-worker.ts", import.meta.url);
/** Changes where the same training would give other losses: by its code, or its numerical library. */
const VERSION = "1";

/** What is trained again, how often, and what is measured then. */
export interface RetrainingDesign {
  readonly model: FrozenModel;
  /** The training; each of `seeds` takes the place of its seed. */
  readonly recipe: AdapterRecipe;
  /** Tokens of each record. */
  readonly records: readonly (readonly number[])[];
  /** Tokens of each text whose loss is measured. */
  readonly queries: readonly (readonly number[])[];
  /** The context that queries are laid out in, the model's where it is absent. */
  readonly queryLength?: number;
  /** Places of the records that each training has. */
  readonly subsets: readonly Uint32Array[];
  readonly seeds: readonly number[];
}

/**
 * Trains by the same recipe, seed and batches with all records outside a subset at weight 0, for every seed and subset.
 * @param folder where losses are kept: those that are there are not measured again, and more seeds or subsets add to them.
 * @returns each query's summed loss with its sign reversed, as more is better there.
 */
export async function retrainOnSubsets(
  { model, recipe, records, queries, queryLength, subsets, seeds }: RetrainingDesign,
  folder: string,
  { workers, onProgress }: PoolOptions,
): Promise<SubsetOutcomes> {
  const tasks = subsets.map((subset): LeaveOutTask => {
    const recordWeights = new Float32Array(records.length);
    for (const record of subset) recordWeights[record] = 1;
    return { recordWeights };
  });
  const bySeed: Float64Array[][] = [];
  for (const seed of seeds) {
    const shared: LeaveOutJob = {
      model: { shape: model.shape, weights: model.weights },
      recipe: { ...recipe, seed },
      records,
      queries,
      queryLength,
    };
    const before = bySeed.length * tasks.length;
    const losses = await keptTasks<LeaveOutJob, LeaveOutTask>(
      { worker: WORKER, shared, tasks, folder, version: VERSION },
      { workers, onProgress: onProgress && ((done): void => onProgress(before + done, seeds.length * tasks.length)) },
    );
    bySeed.push(losses.map((row) => row.map((loss) => -loss)));
  }
  return { subsets, bySeed };
}

/** The outcomes of some of the queries. */
export function outcomesOf({ subsets, bySeed }: SubsetOutcomes, first: number, count: number): SubsetOutcomes {
  return { subsets, bySeed: bySeed.map((rows) => rows.map((row) => row.slice(first, first + count))) };
}
