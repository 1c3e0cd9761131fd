/** What the families of decoders have in common: their weights by name, and a forward pass over them. */
import type { Graph, Tensor } from "../numerics/graph.ts";
import { gelu, geluTanh, multiply, relu, silu } from "../numerics/layers.ts";

/** A linear layer, the unit that adapters adapt. */
export interface LinearLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly hasBias: boolean;
  /** Stored [inputs, outputs] (GPT-2's "Conv1D") instead of [outputs, inputs]. */
  readonly isTransposed: boolean;
}

/** What a forward pass is built with. */
export interface ForwardParts {
  readonly graph: Graph;
  /** Token ids, int64 [length]. */
  readonly tokens: Tensor;
  /** A frozen weight. */
  weight(name: string): Tensor;
  /** A linear layer with its bias and its adapter, if it has any, of x [length, inputs]. */
  linear(name: string, x: Tensor): Tensor;
}

/** A decoder's sizes and computation; plain data but for {@link forward}. */
export interface Architecture {
  /** Positions that there are. */
  readonly context: number;
  readonly vocabulary: number;
  /** Prefix that all names of weights but the head's may lack in the file. */
  readonly prefix: string;
  readonly linears: readonly LinearLayer[];
  /** Weights besides those of the linear layers, with their shapes. */
  readonly others: readonly (readonly [name: string, shape: readonly number[]])[];
  /** Names of stored tensors that are no weights. */
  readonly ignored: RegExp;
  /** Logits [length, vocabulary]. */
  forward(parts: ForwardParts): Tensor;
}

/** Activations by the names that config.json gives them. */
export const ACTIVATIONS = {
  silu,
  swish: silu,
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
} as const;

export type Activation = keyof typeof ACTIVATIONS;

export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as Activation[];

/** The head of a model whose head is its embedding. */
export function tiedLogits(graph: Graph, x: Tensor, embedding: Tensor): Tensor {
  return graph.matmul(x, embedding, false, true);
}

/** Sizes of attention. */
export interface AttentionShape {
  readonly heads: number;
  /** Heads of keys and values, each shared by as many heads of queries (grouped-query attention). */
  readonly sharedHeads: number;
  readonly headWidth: number;
}

/** Splits rows [length, heads · width] into [heads, length, width]. */
export function splitHeads(graph: Graph, x: Tensor, heads: number): Tensor {
  const [length, width] = x.shape as [number, number];
  return graph.transpose(graph.reshape(x, [length, heads, width / heads]), [1, 0, 2]);
}

/**
 * Causal attention, softmax(q·kᵀ/√width)·v.
 * @param query [heads, length, width]; `key` and `value` [sharedHeads, length, width].
 * @returns rows [length, heads · width].
 */
export function attend(graph: Graph, shape: AttentionShape, query: Tensor, key: Tensor, value: Tensor): Tensor {
  const { heads, sharedHeads, headWidth } = shape;
  const length = query.shape[1]!;
  // Queries that share a head of keys follow each other, so that they are the rows of one product.
  const grouped = graph.reshape(query, [sharedHeads, (heads / sharedHeads) * length, headWidth]);
  const products = graph.scale(graph.matmul(grouped, key, false, true), 1 / Math.sqrt(headWidth));
  const mask = Float32Array.from({ length: length * length }, (_, n) => (n % length > n / length ? -1e9 : 0));
  const scores = graph.add(graph.reshape(products, [heads, length, length]), graph.constant(mask, [1, length, length]));
  const weights = graph.reshape(graph.softmax(scores), [sharedHeads, (heads / sharedHeads) * length, length]);
  const mixed = graph.reshape(graph.matmul(weights, value), [heads, length, headWidth]);
  return graph.reshape(graph.transpose(mixed, [1, 0, 2]), [length, heads * headWidth]);
}

/** RMS norm of the last axis, times `gain`, which gets no gradient. */
export function gainedRmsNorm(graph: Graph, x: Tensor, gain: Tensor, epsilon: number): Tensor {
  return multiply(graph, graph.rmsNorm(x, epsilon), gain);
}
