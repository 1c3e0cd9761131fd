// Trains classifiers of images near to their optimum, and measures what they make of images.
import { Adam } from "../numerics/adam.ts";
import { Graph, type Tensor } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";
import {
  buildClassifier,
  firstInputs,
  initialWeights,
  layerShapes,
  type Classifier,
  type ClassifierShape,
} from "./classifier-graph.ts";
import { chooseImages, type LabelledImages } from "./labelled-images.ts";

/** How a classifier is trained. */
export interface ClassifierRecipe {
  readonly hidden: readonly number[];
  /** λ of the objective: mean loss of the images + λ/2 · the weights' squares. */
  readonly decay: number;
  /** Updates by Adam; the rate falls from `rate` to 0 as a cosine. */
  readonly steps: number;
  readonly rate: number;
  /** Images of an update; all of them where there are fewer, or where it is absent. */
  readonly batch?: number;
}

/** What a classifier makes of images, one value each. */
export interface ClassifierOutputs {
  /** −ln p of the label. */
  readonly losses: Float64Array;
  /** ln p − ln (1 − p) of the label: unlike the loss it goes on growing where an image is surely right (TRAK, Park et al. 2023). */
  readonly margins: Float64Array;
  /** Share of the images whose label is the likeliest class. */
  readonly accuracy: number;
}

/**
 * Trains a classifier; the same rows, recipe and seed give the same bits.
 * @param rows of the images to train on, all by default; a row that is named twice counts twice.
 * @param seed of the initial weights and the order of batches.
 * @throws Error if a gradient is not finite.
 */
export async function trainClassifier(
  images: LabelledImages,
  recipe: ClassifierRecipe,
  seed: number,
  rows: ArrayLike<number> = [...images.labels.keys()],
): Promise<Classifier> {
  const shape: ClassifierShape = { inputs: images.size, hidden: recipe.hidden, classes: images.classes };
  const chosen = chooseImages(images, rows);
  const batch = Math.min(recipe.batch ?? chosen.count, chosen.count);
  if (batch === 0) throw new Error("no images to train on");
  const { session, names } = await openTraining(shape, batch, recipe.decay);
  const weights = initialWeights(shape, seed);
  const weightFeeds = Object.fromEntries([...weights].map(([name, { data }]) => [name, data]));
  const adam = new Adam(weights, { beta1: 0.9, beta2: 0.99, weightDecay: 0 });
  const nextBatch = batches(chosen, batch, seed);
  try {
    for (let step = 0; step < recipe.steps; step++) {
      const gradients = await session.run({ ...nextBatch(), ...weightFeeds });
      const rate = recipe.rate * 0.5 * (1 + Math.cos((Math.PI * step) / recipe.steps));
      adam.update(new Map(names.map((name) => [name, gradients[`gradient ${name}`]!])), rate);
    }
  } finally {
    await session.release();
  }
  return { shape, weights };
}

/** A session that gives the objective's gradient of one batch. */
async function openTraining(shape: ClassifierShape, batch: number, decay: number) {
  const graph = new Graph();
  const inputs = graph.input("inputs", [batch, shape.inputs + 1]);
  const labels = graph.input("labels", [batch], "int64");
  const layers = layerShapes(shape);
  const weights = layers.map(([name, size]) => graph.input(name, size));
  const { logits } = buildClassifier(graph, weights, inputs);
  const share = graph.constant(new Float32Array(batch).fill(1 / batch), [batch]);
  const loss = graph.sum(graph.crossEntropy(logits, labels, share));
  graph
    .gradients(loss, weights)
    .forEach((gradient, layer) =>
      graph.output(`gradient ${layers[layer]![0]}`, graph.add(gradient, graph.scale(weights[layer]!, decay))),
    );
  const session = await openSession(graph, [inputs, labels, ...weights]);
  return { session, names: layers.map(([name]) => name) };
}

/** Batches without end: in each pass over the images every image once, but for a rest that is smaller than a batch. */
function batches(images: LabelledImages, batch: number, seed: number) {
  const inputs = firstInputs(images);
  const labels = BigInt64Array.from(images.labels, BigInt);
  if (batch === images.count) return () => ({ inputs, labels });
  const width = images.size + 1;
  const random = createRandom(seed, "batches");
  const order = [...images.labels.keys()];
  let at = images.count;
  return () => {
    if (at + batch > images.count) {
      random.shuffle(order);
      at = 0;
    }
    const chosen = order.slice(at, (at += batch));
    const some = new Float32Array(batch * width);
    chosen.forEach((row, i) => some.set(inputs.subarray(row * width, (row + 1) * width), i * width));
    return { inputs: some, labels: BigInt64Array.from(chosen, (row) => labels[row]!) };
  };
}

/** The classifier's logits, row-major [images, classes]. */
export async function logitsOf(classifier: Classifier, images: LabelledImages): Promise<Float32Array> {
  const graph = new Graph();
  const { logits, inputs } = bakeClassifier(graph, classifier, images.count);
  graph.output("logits", logits);
  const session = await openSession(graph, [inputs]);
  const result = await session.run({ inputs: firstInputs(images) });
  await session.release();
  return result["logits"]!;
}

/** What a classifier makes of images. @throws Error that names the image whose loss is not finite */
export async function classifierOutputs(classifier: Classifier, images: LabelledImages): Promise<ClassifierOutputs> {
  const logits = await logitsOf(classifier, images);
  const { classes } = images;
  const losses = new Float64Array(images.count);
  const margins = new Float64Array(images.count);
  let right = 0;
  for (let row = 0; row < images.count; row++) {
    const logit = logits.subarray(row * classes, (row + 1) * classes);
    const label = images.labels[row]!;
    const others = logOfSum(logit.filter((_, c) => c !== label));
    margins[row] = logit[label]! - others;
    losses[row] = Math.max(0, -margins[row]!) + Math.log1p(Math.exp(-Math.abs(margins[row]!)));
    if (!Number.isFinite(losses[row]!)) throw new Error(`row ${row}: the loss is ${losses[row]}; check the weights`);
    if (logit.every((value, c) => c === label || value < logit[label]!)) right++;
  }
  return { losses, margins, accuracy: right / images.count };
}

/** ln Σ eˣ. */
function logOfSum(values: Float32Array): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** Appends a classifier whose weights are part of the graph. */
export function bakeClassifier(graph: Graph, { shape, weights }: Classifier, count: number) {
  const inputs: Tensor = graph.input("inputs", [count, shape.inputs + 1]);
  const matrices = layerShapes(shape).map(([name, size]) => graph.constant(weights.get(name)!.data, size));
  return { ...buildClassifier(graph, matrices, inputs), inputs };
}
