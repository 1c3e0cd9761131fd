/** All that methods of attribution are made of, for one training of the language model. */
import { trainAdapter, type AdapterRecipe } from "../../model/adapter.ts";
import type { BaseModel } from "../../model/checkpoint.ts";
import type { PoolOptions } from "../../numerics/worker-pool.ts";
import { ownGradients, SKETCH_METHOD } from "../../sketch/own-model.ts";
import { projectedMatrices } from "../../sketch/projection.ts";
import type { Rows, VectorSource } from "../../sketch/vector-source.ts";
import { everyRow, rememberedVectors } from "./remembered-vectors.ts";
import { meanHiddenStates } from "./representations.ts";
import type { TrialTexts } from "./trial-texts.ts";

/** Records and queries as one trained model sees them. */
export interface TrialMaterial {
  readonly records: TrialTexts;
  readonly queries: TrialTexts;
  /** Projected gradients. */
  readonly recordVectors: VectorSource;
  readonly queryVectors: VectorSource;
  /** Coordinates of a gradient that each matrix of the adapter has. */
  readonly blocks: readonly number[];
  /** Mean last hidden states. */
  readonly recordStates: Rows;
  readonly queryStates: Rows;
}

/** Trains the adapter on all records and makes everything of it. */
export async function makeMaterial(
  base: BaseModel,
  recipe: AdapterRecipe,
  records: TrialTexts,
  queries: TrialTexts,
  { workers, onProgress }: PoolOptions,
): Promise<TrialMaterial> {
  const adapter = await trainAdapter(base, records.tokens, { recipe, ...(onProgress && { onProgress }) });
  const gradients = ({ tokens }: TrialTexts): VectorSource =>
    rememberedVectors(ownGradients(base, adapter, SKETCH_METHOD, tokens, base.shape.context));
  const [recordVectors, queryVectors] = [gradients(records), gradients(queries)];
  for (const vectors of [recordVectors, queryVectors])
    await vectors.rows(everyRow(vectors), "own", undefined, { workers, onProgress });
  return {
    records,
    queries,
    recordVectors,
    queryVectors,
    blocks: projectedMatrices(base.shape, adapter.shape, SKETCH_METHOD.widths).map(
      ({ shape, side, width }) => width * (side === "rows" ? shape[1] : shape[0]),
    ),
    recordStates: await meanHiddenStates(base, adapter, records.tokens),
    queryStates: await meanHiddenStates(base, adapter, queries.tokens),
  };
}
