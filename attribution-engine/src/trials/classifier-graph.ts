// A classifier in a graph: logistic regression, or a multilayer perceptron where it has hidden layers.
import type { Graph, Tensor } from "../numerics/graph.ts";
import { concat, relu } from "../numerics/layers.ts";
import { createRandom, normals } from "../numerics/random.ts";
import type { Array32 } from "../numerics/safetensors.ts";
import type { LabelledImages } from "./labelled-images.ts";

/** Sizes of the layers: pixels, hidden units (none: logistic regression), classes. */
export interface ClassifierShape {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** A trained classifier: per layer a matrix [inputs + 1, outputs], whose last row is the bias. */
export interface Classifier {
  readonly shape: ClassifierShape;
  readonly weights: ReadonlyMap<string, Array32>;
}

/** A forward pass in a graph. */
export interface BuiltClassifier {
  /** [n, classes]. */
  readonly logits: Tensor;
  /** What each layer multiplies with its matrix, [n, inputs + 1]; the last column is 1. */
  readonly layerInputs: readonly Tensor[];
  /** What it gives, [n, outputs], before the rectifier. */
  readonly layerOutputs: readonly Tensor[];
}

/** Names and shapes of the matrices, from the pixels to the classes. */
export function layerShapes({ inputs, hidden, classes }: ClassifierShape): [name: string, shape: [number, number]][] {
  const sizes = [inputs, ...hidden, classes];
  return sizes.slice(1).map((outputs, layer) => [`layer ${layer}`, [sizes[layer]! + 1, outputs]]);
}

/** He et al. (2015): normal numbers of variance 2/inputs, biases 0. */
export function initialWeights(shape: ClassifierShape, seed: number): Map<string, Array32> {
  return new Map(
    layerShapes(shape).map(([name, [rows, columns]]) => {
      const data = new Float32Array(rows * columns);
      data.set(normals(createRandom(seed, name), (rows - 1) * columns, Math.sqrt(2 / (rows - 1))));
      return [name, { shape: [rows, columns], data }];
    }),
  );
}

/** The images as the first layer's inputs, [count, size + 1]. */
export function firstInputs({ count, size, pixels }: LabelledImages): Float32Array {
  const inputs = new Float32Array(count * (size + 1));
  for (let row = 0; row < count; row++) {
    inputs.set(pixels.subarray(row * size, (row + 1) * size), row * (size + 1));
    inputs[row * (size + 1) + size] = 1;
  }
  return inputs;
}

/** Appends the classifier to `graph`. @param inputs as {@link firstInputs} gives them */
export function buildClassifier(graph: Graph, weights: readonly Tensor[], inputs: Tensor): BuiltClassifier {
  const rows = inputs.shape[0]!;
  const ones = graph.constant(new Float32Array(rows).fill(1), [rows, 1]);
  const layerInputs: Tensor[] = [];
  const layerOutputs: Tensor[] = [];
  for (const matrix of weights) {
    const last = layerOutputs.at(-1);
    layerInputs.push(last === undefined ? inputs : concat(graph, relu(graph, last), ones, 1));
    layerOutputs.push(graph.matmul(layerInputs.at(-1)!, matrix));
  }
  return { logits: layerOutputs.at(-1)!, layerInputs, layerOutputs };
}
