/** Worker: retrains the adapter without some records and measures losses on queries. */
import { trainAdapter } from "../model/adapter.ts";
import type { AdapterRecipe, FrozenModel } from "../model/adapter.ts";
import { textLosses } from "../model/losses.ts";
import { serveTasks } from "../numerics/worker-pool.ts";

/** What all retrainings share. */
export interface LeaveOutJob {
  readonly model: FrozenModel;
  readonly recipe: AdapterRecipe;
  readonly records: readonly (readonly number[])[];
  readonly queries: readonly (readonly number[])[];
  /** The context that queries are laid out in, the model's where it is absent. */
  readonly queryLength?: number | undefined;
}

/** One retraining: a factor per record. */
export interface LeaveOutTask {
  readonly recordWeights: Float32Array;
}

serveTasks<LeaveOutJob, LeaveOutTask, Float64Array>(
  async ({ model, recipe, records, queries, queryLength }) =>
    async ({ recordWeights }) => {
      const adapter = await trainAdapter(model, records, { recipe, recordWeights });
      return textLosses(model, adapter, queries, queryLength);
    },
);
