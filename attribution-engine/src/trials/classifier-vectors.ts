// A classifier's per-example gradients and representations.
import { firstNotFinite } from "../numerics/element-formats.ts";
import { Graph } from "../numerics/graph.ts";
import { matrixProduct } from "../numerics/matrix-product.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";
import { projectionFactor, type ProjectedMatrix } from "../sketch/projection.ts";
import type { LinearMap, Rows, VectorSource } from "../sketch/vector-source.ts";
import { bakeClassifier } from "./classifier.ts";
import { firstInputs, layerShapes, type Classifier, type ClassifierShape } from "./classifier-graph.ts";
import { chooseImages, type LabelledImages } from "./labelled-images.ts";

const ROWS_PER_PART = 512;

/** How gradients are made. */
export interface GradientOptions {
  /** Seed of the projections and of the targets that are drawn. */
  readonly seed: number;
  /** Width that the longer side of a matrix's gradient is projected to where it is longer; not projected where it is absent. */
  readonly width?: number | undefined;
}

/** The projected gradients, matrix after matrix: by a random factor on the side of the matrix's inputs, as in {@link projectedMatrices}. */
export function classifierMatrices(shape: ClassifierShape, width = Infinity): ProjectedMatrix[] {
  return layerShapes(shape).map(([name, size]) => ({
    name,
    shape: size,
    side: "rows",
    width: Math.min(width, size[0]),
  }));
}

/** Size of a gradient's part by each matrix: what methods that treat layers apart need. */
export function gradientBlocks(shape: ClassifierShape, width?: number): number[] {
  return classifierMatrices(shape, width).map((matrix) => matrix.width * matrix.shape[1]);
}

/** The gradients of images' losses by the weights. */
export function classifierGradients(
  classifier: Classifier,
  images: LabelledImages,
  { seed, width }: GradientOptions,
): VectorSource {
  const factors = classifierMatrices(classifier.shape, width).map((matrix) => projectionFactor(matrix, seed));
  return {
    count: images.count,
    partRows: ROWS_PER_PART,
    async rows(chosen, kind, map, { onProgress, onPart }) {
      const parts: Rows[] = [];
      for (let first = 0; first < chosen.length; first += ROWS_PER_PART) {
        const some = chosen.slice(first, first + ROWS_PER_PART);
        const draws = kind === "sampled" ? Float32Array.from(some, (_, i) => drawOf(seed, first + i)) : undefined;
        const made = await gradientRows(classifier, factors, chooseImages(images, some), draws);
        const bad = firstNotFinite(made.values);
        if (bad >= 0)
          throw new Error(
            `row ${some[Math.floor(bad / made.size)]}: the vector holds ${made.values[bad]}; check the classifier's weights`,
          );
        const part = map === undefined ? made : await mapped(made, map);
        onPart?.(first, part);
        parts.push(part);
        onProgress?.(Math.min(first + ROWS_PER_PART, chosen.length), chosen.length);
      }
      return stackRows(parts);
    },
  };
}

function drawOf(seed: number, place: number): number {
  return createRandom(seed, `sampled label ${place}`).uniform();
}

async function mapped({ count, size, values }: Rows, { matrix, columns }: LinearMap): Promise<Rows> {
  const product = await matrixProduct({ rows: count, columns: size, values }, { rows: size, columns, values: matrix });
  return { count, size: columns, values: product.values };
}

/** Parts one after the other. */
function stackRows(parts: readonly Rows[]): Rows {
  const { size } = parts[0]!;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const values = new Float32Array(count * size);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { count, size, values };
}

/** Gradients of a matrix are outer products of what went in and how the loss reacts to what came out. @param draws in 0 … 1, of labels drawn from the model */
async function gradientRows(
  classifier: Classifier,
  factors: readonly (Float32Array | undefined)[],
  images: LabelledImages,
  draws: Float32Array | undefined,
): Promise<Rows> {
  const { count } = images;
  const graph = new Graph();
  const { logits, layerInputs, layerOutputs, inputs } = bakeClassifier(graph, classifier, count);
  const aim = draws === undefined ? graph.input("aim", [count], "int64") : graph.input("aim", [count, 1]);
  const labels = draws === undefined ? aim : graph.sampleClasses(logits, aim);
  const loss = graph.sum(graph.crossEntropy(logits, labels, graph.constant(new Float32Array(count).fill(1), [count])));
  const layers = graph.gradients(loss, layerOutputs).map((sensitivity, layer) => {
    const factor = factors[layer];
    const input = layerInputs[layer]!;
    const width = factor === undefined ? input.shape[1]! : factor.length / input.shape[1]!;
    const projected =
      factor === undefined ? input : graph.matmul(input, graph.constant(factor, [width, input.shape[1]!]), false, true);
    graph.output(`input ${layer}`, projected);
    graph.output(`sensitivity ${layer}`, sensitivity);
    return { width, outputs: sensitivity.shape[1]! };
  });
  const session = await openSession(graph, [inputs, aim]);
  const result = await session.run({
    inputs: firstInputs(images),
    aim: draws ?? BigInt64Array.from(images.labels, BigInt),
  });
  await session.release();
  const size = layers.reduce((sum, { width, outputs }) => sum + width * outputs, 0);
  const values = new Float32Array(count * size);
  let start = 0;
  layers.forEach(({ width, outputs }, layer) => {
    const input = result[`input ${layer}`]!;
    const sensitivity = result[`sensitivity ${layer}`]!;
    for (let row = 0; row < count; row++)
      for (let i = 0; i < width; i++) {
        const factor = input[row * width + i]!;
        const at = row * size + start + i * outputs;
        for (let o = 0; o < outputs; o++) values[at + o] = factor * sensitivity[row * outputs + o]!;
      }
    start += width * outputs;
  });
  return { count, size, values };
}

/** What the last matrix is multiplied with: the last hidden layer, or the pixels of a logistic regression; without the bias's 1. */
export async function classifierRepresentations(classifier: Classifier, images: LabelledImages): Promise<Rows> {
  const graph = new Graph();
  const { layerInputs, inputs } = bakeClassifier(graph, classifier, images.count);
  const last = layerInputs.at(-1)!;
  const size = last.shape[1]! - 1;
  graph.output("representations", graph.slice(last, 1, 0, size));
  const session = await openSession(graph, [inputs]);
  const result = await session.run({ inputs: firstInputs(images) });
  await session.release();
  return { count: images.count, size, values: result["representations"]! };
}
