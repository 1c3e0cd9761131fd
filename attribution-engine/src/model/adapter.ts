/** The low-rank adapter: training it on records, saving and loading it. */
import { Adam } from "../numerics/adam.ts";
import { Graph } from "../numerics/graph.ts";
import type { Tensor } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { loadTensors, saveTensors } from "../numerics/safetensors.ts";
import type { Array32 } from "../numerics/safetensors.ts";
import { openSession, type Session } from "../numerics/session.ts";
import { checkWeights } from "./checkpoint.ts";
import { layOutExamples } from "./examples.ts";
import { adapterWeightShapes, baseWeightShapes, buildLogits, initialAdapterWeights } from "./transformer.ts";
import type { AdapterShape, ModelShape, Weights } from "./transformer.ts";

/** The part of a base model that computing needs; it can be sent to a worker thread. */
export interface FrozenModel {
  readonly shape: ModelShape;
  readonly weights: Weights;
}

/** A trained adapter. */
export interface Adapter {
  readonly shape: AdapterShape;
  readonly weights: Weights;
}

/** How an adapter is trained. */
export interface AdapterRecipe {
  readonly firstLayer: number;
  readonly rank: number;
  readonly scale: number;
  readonly epochs: number;
  readonly batch: number;
  readonly peakRate: number;
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly seed: number;
}

export const ADAPTER_RECIPE: AdapterRecipe = {
  firstLayer: 1,
  rank: 8,
  scale: 1,
  epochs: 2,
  batch: 32,
  peakRate: 5e-3,
  warmupSteps: 10,
  weightDecay: 0,
  seed: 1,
};

/** Batches without their records of weight 0 are computed in sizes that are multiples of this. */
const BATCH_STEP = 4;

/** What may differ between two trainings by one recipe. */
export interface AdapterTraining {
  readonly recipe?: AdapterRecipe;
  /** One factor per record's loss; 0 leaves a record out while every batch and seed stays the same. */
  readonly recordWeights?: Float32Array;
  readonly threads?: number;
  /** Where the training is kept while it runs, so that an interrupted one goes on, to the same bits. */
  readonly keeper?: TrainingKeeper;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Keeps the state of one training, of this model, these records and this recipe. */
export interface TrainingKeeper {
  /** Fills weights and moments with what was kept, if anything was. */
  restore(weights: Weights, adam: Adam): void;
  /** Told after every step. */
  keep(weights: Weights, adam: Adam): void;
}

/**
 * Trains an adapter on `texts` by AdamW with a rate that rises, then falls as a cosine to zero.
 * The loss of a record is the sum over its tokens; the loss of a batch is divided by its constant number of positions.
 * @param texts tokens of each record.
 */
export async function trainAdapter(
  model: FrozenModel,
  texts: readonly (readonly number[])[],
  training: AdapterTraining = {},
): Promise<Adapter> {
  const { recipe = ADAPTER_RECIPE, recordWeights, threads = 1, keeper, onProgress } = training;
  if (texts.length < recipe.batch)
    throw new Error(`${texts.length} records; an adapter needs at least one batch of ${recipe.batch}`);
  if (recordWeights !== undefined && recordWeights.length !== texts.length) {
    throw new Error(`${recordWeights.length} record weights for ${texts.length} records`);
  }
  const { context } = model.shape;
  const shape: AdapterShape = { firstLayer: recipe.firstLayer, rank: recipe.rank, scale: recipe.scale };
  const rows = recipe.batch * context;
  const names = adapterWeightShapes(model.shape, shape);
  const sessions = new Map<number, Promise<Session>>();
  /** The graph of the smallest batch that holds `count` records: those at weight 0 need not be computed. */
  const sessionOf = (count: number): { size: number; session: Promise<Session> } => {
    const size = Math.min(recipe.batch, Math.max(1, Math.ceil(count / BATCH_STEP)) * BATCH_STEP);
    const session = sessions.get(size) ?? openTraining(model, shape, size, threads);
    sessions.set(size, session);
    return { size, session };
  };
  const weights = initialAdapterWeights(model.shape, shape, recipe.seed);
  const weightFeeds = Object.fromEntries([...weights].map(([name, { data }]) => [name, data]));
  const adam = new Adam(weights, { beta1: 0.9, beta2: 0.99, weightDecay: recipe.weightDecay });
  keeper?.restore(weights, adam);
  const resumedAt = adam.step;
  const stepsPerEpoch = Math.floor(texts.length / recipe.batch);
  const steps = recipe.epochs * stepsPerEpoch;
  const random = createRandom(recipe.seed, "record order");
  let order: number[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      if (step % stepsPerEpoch === 0) order = random.shuffle(texts.map((_, row) => row));
      if (step < resumedAt) continue;
      const drawn = order.slice((step % stepsPerEpoch) * recipe.batch, ((step % stepsPerEpoch) + 1) * recipe.batch);
      const chosen = drawn.filter((row) => recordWeights?.[row] !== 0);
      const { size, session } = sessionOf(chosen.length);
      const batch = layOutExamples(
        chosen.map((row) => texts[row]!),
        context,
        size,
      );
      chosen.forEach((row, place) => {
        const weight = (recordWeights?.[row] ?? 1) / rows;
        for (let position = 0; position < context; position++) batch.mask[place * context + position]! *= weight;
      });
      const result = await (
        await session
      ).run({
        tokens: batch.inputs,
        targets: batch.targets,
        mask: batch.mask,
        ...weightFeeds,
      });
      const rise = Math.min(1, (step + 1) / recipe.warmupSteps);
      const rate = recipe.peakRate * rise * 0.5 * (1 + Math.cos((Math.PI * (step + 1)) / steps));
      adam.update(new Map(names.map(([name]) => [name, result[`gradient ${name}`]!])), rate);
      keeper?.keep(weights, adam);
      onProgress?.(step + 1, steps);
    }
  } finally {
    for (const session of sessions.values()) await (await session).release();
  }
  return { shape, weights };
}

/** Loss and gradients of a batch of `size` records, with the adapter's weights as inputs. */
async function openTraining(model: FrozenModel, shape: AdapterShape, size: number, threads: number): Promise<Session> {
  const rows = size * model.shape.context;
  const graph = new Graph();
  const feeds = [
    graph.input("tokens", [rows], "int64"),
    graph.input("targets", [rows], "int64"),
    graph.input("mask", [rows]),
  ] as const;
  const frozen = new Map(
    baseWeightShapes(model.shape).map(([name, of]) => [name, graph.constant(model.weights.get(name)!.data, of)]),
  );
  const names = adapterWeightShapes(model.shape, shape);
  const trained = new Map<string, Tensor>(names.map(([name, of]) => [name, graph.input(name, of)]));
  const logits = buildLogits(graph, model.shape, frozen, { shape, weights: trained }, feeds[0], size);
  const loss = graph.sum(graph.crossEntropy(logits, feeds[1], feeds[2]));
  graph
    .gradients(loss, [...trained.values()])
    .forEach((gradient, i) => graph.output(`gradient ${names[i]![0]}`, gradient));
  return openSession(graph, [...feeds, ...trained.values()], threads);
}

/** Writes an adapter as safetensors. */
export function saveAdapter(path: string, adapter: Adapter): void {
  const metadata = {
    firstLayer: String(adapter.shape.firstLayer),
    rank: String(adapter.shape.rank),
    scale: String(adapter.shape.scale),
  };
  saveTensors(path, { tensors: adapter.weights, metadata });
}

/** Reads an adapter for `model`; throws, naming file and tensor, where it is truncated or does not fit. */
export function loadAdapter(path: string, model: FrozenModel): Adapter {
  const { tensors, metadata } = loadTensors(path);
  const shape: AdapterShape = {
    firstLayer: Number(metadata["firstLayer"]),
    rank: Number(metadata["rank"]),
    scale: Number(metadata["scale"]),
  };
  if (!(shape.rank > 0) || !Number.isFinite(shape.scale))
    throw new Error(`${path}: metadata rank ${metadata["rank"]}, scale ${metadata["scale"]}`);
  checkWeights(tensors, adapterWeightShapes(model.shape, shape), path);
  return { shape, weights: tensors as ReadonlyMap<string, Array32> };
}
