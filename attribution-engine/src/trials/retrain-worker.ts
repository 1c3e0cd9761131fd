/** Worker: trains a classifier on some of the images and measures it on queries. */
import { serveTasks } from "../numerics/worker-pool.ts";
import { classifierOutputs, trainClassifier, type ClassifierRecipe } from "./classifier.ts";
import type { LabelledImages } from "./labelled-images.ts";

/** What all retrainings share. */
export interface RetrainJob {
  readonly images: LabelledImages;
  readonly recipe: ClassifierRecipe;
  readonly queries: LabelledImages;
}

/** One retraining. */
export interface RetrainTask {
  readonly rows: Uint32Array;
  readonly seed: number;
}

/** Margin of each query. */
serveTasks<RetrainJob, RetrainTask, Float64Array>(({ images, recipe, queries }) =>
  Promise.resolve(async ({ rows, seed }) => {
    const { margins } = await classifierOutputs(await trainClassifier(images, recipe, seed, rows), queries);
    return margins;
  }),
);
