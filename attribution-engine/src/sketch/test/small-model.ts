// A model small enough to train in a test, with everything that sketches are made with.
import { trainAdapter, type Adapter } from "../../model/adapter.ts";
import type { BaseModel } from "../../model/checkpoint.ts";
import { trainTokenizer } from "../../model/tokenizer.ts";
import { adapterWeightShapes, initialBaseWeights } from "../../model/transformer.ts";
import { createRandom, normals } from "../../numerics/random.ts";
import type { SketchBasis } from "../basis.ts";
import { buildSketchBasis, type SketchMethod } from "../own-model.ts";

/** The method of their sketches. */
export const SMALL_METHOD = {
  k: 16,
  seed: 1,
  widths: { inner: 4, headInput: 4, headOutput: 16 },
  curvatureSamples: 64,
  damping: 1,
};
const RECIPE = {
  firstLayer: 1,
  rank: 2,
  scale: 1,
  epochs: 4,
  batch: 8,
  peakRate: 1e-2,
  warmupSteps: 2,
  weightDecay: 0,
  seed: 1,
};

/** An untrained base and 96 texts of its vocabulary, always the same. */
export function smallModel() {
  const random = createRandom(1);
  const nouns = ["river", "stream", "union", "whale", "senate", "ship"];
  const texts = Array.from(
    { length: 96 },
    () => `the ${nouns[random.below(6)]} and the ${nouns[random.below(6)]} meet the ${nouns[random.below(6)]}`,
  );
  const tokenizer = trainTokenizer(texts, 280);
  const shape = { vocabulary: tokenizer.size, context: 32, width: 8, heads: 2, layers: 2 };
  const base: BaseModel = { shape, tokenizer, weights: initialBaseWeights(shape, 1) };
  const tokens = texts.map((text) => tokenizer.encode(text));
  return { base, texts, tokens, shape };
}

/** An adapter that is not trained: weights as small as a trained one's. */
export function drawnAdapter({ shape }: BaseModel): Adapter {
  const adapterShape = { firstLayer: 1, rank: 2, scale: 1 };
  const random = createRandom(2);
  const weights: Adapter["weights"] = new Map(
    adapterWeightShapes(shape, adapterShape).map(([name, dimensions]) => [
      name,
      { shape: dimensions, data: normals(random, dimensions[0]! * dimensions[1]!, 0.1) },
    ]),
  );
  return { shape: adapterShape, weights };
}

/** The adapter that these texts train. */
export function trainedAdapter(base: BaseModel, tokens: readonly number[][]): Promise<Adapter> {
  return trainAdapter(base, tokens, { recipe: RECIPE });
}

/** The adapter that these texts train, and the basis of their sketches. @param k bytes of a sketch */
export async function sketchable(
  base: BaseModel,
  tokens: readonly number[][],
  k: number = SMALL_METHOD.k,
): Promise<{ adapter: Adapter; basis: SketchBasis<SketchMethod> }> {
  const adapter = await trainedAdapter(base, tokens);
  return { adapter, basis: await buildSketchBasis(base, adapter, tokens, { ...SMALL_METHOD, k }) };
}
