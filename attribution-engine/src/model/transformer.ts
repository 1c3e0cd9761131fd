/** The language model's architecture: a small decoder-only transformer with optional low-rank adapters. */
import type { Graph, Tensor } from "../numerics/graph.ts";
import type { Array32 } from "../numerics/safetensors.ts";
import { createRandom, normals } from "../numerics/random.ts";

/** Sizes of the model. */
export interface ModelShape {
  readonly vocabulary: number;
  /** Tokens a text may have, the start token included. */
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/** Named weights. */
export type Weights = ReadonlyMap<string, Array32>;

/** Tensors of a graph that stand for weights. */
export type WeightTensors = ReadonlyMap<string, Tensor>;

/** Sizes of the adapter: y = xW + scale·(xA)B on every linear layer from `firstLayer` up to the head. */
export interface AdapterShape {
  /** Layers below stay frozen, so that no gradient has to flow through them. */
  readonly firstLayer: number;
  readonly rank: number;
  readonly scale: number;
}

const HIDDEN_FACTOR = 4;
const EMBEDDING = "embedding";

/** Names and [input, output] sizes of the linear layers, in order. */
export function linearLayers(shape: ModelShape): [name: string, inputs: number, outputs: number][] {
  const { width, layers, vocabulary } = shape;
  const list: [string, number, number][] = [];
  for (let layer = 0; layer < layers; layer++) {
    list.push([`layer${layer}.attention`, width, 3 * width]);
    list.push([`layer${layer}.mix`, width, width]);
    list.push([`layer${layer}.expand`, width, HIDDEN_FACTOR * width]);
    list.push([`layer${layer}.contract`, HIDDEN_FACTOR * width, width]);
  }
  list.push(["head", width, vocabulary]);
  return list;
}

/** Names and shapes of the base model's weights. */
export function baseWeightShapes(shape: ModelShape): [name: string, shape: [number, number]][] {
  return [
    [EMBEDDING, [shape.vocabulary, shape.width]],
    ...linearLayers(shape).map(([name, inputs, outputs]): [string, [number, number]] => [name, [inputs, outputs]]),
  ];
}

/** Whether the linear layer `name` has an adapter. */
function adapterCovers(adapter: AdapterShape, name: string): boolean {
  const layer = /^layer(\d+)\./.exec(name);
  return layer === null || Number(layer[1]) >= adapter.firstLayer;
}

/** Names and shapes of an adapter's weights: `<linear>.a` [inputs, rank] and `<linear>.b` [rank, outputs]. */
export function adapterWeightShapes(
  shape: ModelShape,
  adapter: AdapterShape,
): [name: string, shape: [number, number]][] {
  return linearLayers(shape)
    .filter(([name]) => adapterCovers(adapter, name))
    .flatMap(([name, inputs, outputs]): [string, [number, number]][] => [
      [`${name}.a`, [inputs, adapter.rank]],
      [`${name}.b`, [adapter.rank, outputs]],
    ]);
}

/** Fresh base weights: normal, scaled by 1/√inputs; outputs of residual branches start smaller. */
export function initialBaseWeights(shape: ModelShape, seed: number): Map<string, Array32> {
  const random = createRandom(seed, "base weights");
  return new Map(
    baseWeightShapes(shape).map(([name, size]) => {
      const residual = name.endsWith(".mix") || name.endsWith(".contract");
      const deviation = name === EMBEDDING ? 0.5 : (residual ? 0.2 : name === "head" ? 0.5 : 1) / Math.sqrt(size[0]);
      return [name, { shape: size, data: normals(random, size[0] * size[1], deviation) }];
    }),
  );
}

/** Fresh adapter weights: A normal with deviation 1/√inputs, B zero, so the adapter starts as the identity. */
export function initialAdapterWeights(shape: ModelShape, adapter: AdapterShape, seed: number): Map<string, Array32> {
  const random = createRandom(seed, "adapter weights");
  return new Map(
    adapterWeightShapes(shape, adapter).map(([name, size]) => [
      name,
      {
        shape: size,
        data: name.endsWith(".a")
          ? normals(random, size[0] * size[1], 1 / Math.sqrt(size[0]))
          : new Float32Array(size[0] * size[1]),
      },
    ]),
  );
}

/** Attention scores' additive mask [heads, length, length]: causal, with a linear penalty on distance (ALiBi). */
function attentionBias(shape: ModelShape, length: number): Float32Array {
  const bias = new Float32Array(shape.heads * length * length);
  for (let plane = 0; plane < shape.heads; plane++) {
    const slope = 2 ** (-(8 / shape.heads) * (plane + 1));
    for (let query = 0; query < length; query++) {
      for (let key = 0; key < length; key++) {
        bias[(plane * length + query) * length + key] = key > query ? -1e9 : -slope * (query - key);
      }
    }
  }
  return bias;
}

/** What {@link buildLogits} needs to know of the adapter in a graph. */
export interface AdapterTensors {
  readonly shape: AdapterShape;
  readonly weights: WeightTensors;
}

/** The forward pass in a graph. */
export interface ForwardPass {
  /** What the head is given: the last layer's output, normalised; [rows, width]. */
  readonly hidden: Tensor;
  /** [rows, vocabulary]. */
  readonly logits: Tensor;
}

/**
 * Appends the forward pass.
 * @param tokens int64 [batch·length], text by text.
 * @param keep selects which rows of the last layer get logits (int64 row numbers), all when absent.
 */
export function buildForward(
  graph: Graph,
  shape: ModelShape,
  base: WeightTensors,
  adapter: AdapterTensors | undefined,
  tokens: Tensor,
  batch: number,
  keep?: Tensor,
): ForwardPass {
  const rows = tokens.shape[0] as number;
  const length = rows / batch;
  const { width, heads } = shape;
  const headWidth = width / heads;
  const weight = (weights: WeightTensors, name: string): Tensor => {
    const tensor = weights.get(name);
    if (tensor === undefined) throw new Error(`the graph lacks weight ${name}`);
    return tensor;
  };
  const linear = (name: string, x: Tensor): Tensor => {
    const y = graph.matmul(x, weight(base, name));
    if (adapter === undefined || !adapterCovers(adapter.shape, name)) return y;
    const low = graph.matmul(x, weight(adapter.weights, `${name}.a`));
    return graph.add(y, graph.matmul(graph.scale(low, adapter.shape.scale), weight(adapter.weights, `${name}.b`)));
  };
  const bias = graph.constant(attentionBias(shape, length), [1, heads, length, length]);
  const split = (qkv: Tensor, part: number): Tensor => {
    const slice = graph.slice(qkv, 1, part * width, (part + 1) * width);
    return graph.transpose(graph.reshape(slice, [batch, length, heads, headWidth]), [0, 2, 1, 3]);
  };

  let x = graph.rows(weight(base, EMBEDDING), tokens);
  for (let layer = 0; layer < shape.layers; layer++) {
    const qkv = linear(`layer${layer}.attention`, graph.rmsNorm(x));
    const [query, key, value] = [split(qkv, 0), split(qkv, 1), split(qkv, 2)];
    const scores = graph.scale(graph.matmul(query, key, false, true), 1 / Math.sqrt(headWidth));
    const mixed = graph.matmul(graph.softmax(graph.add(scores, bias)), value);
    const joined = graph.reshape(graph.transpose(mixed, [0, 2, 1, 3]), [rows, width]);
    x = graph.add(x, linear(`layer${layer}.mix`, joined));
    const hidden = graph.squaredRelu(linear(`layer${layer}.expand`, graph.rmsNorm(x)));
    x = graph.add(x, linear(`layer${layer}.contract`, hidden));
  }
  if (keep !== undefined) x = graph.rows(x, keep);
  const hidden = graph.rmsNorm(x);
  return { hidden, logits: linear("head", hidden) };
}

/** The logits of {@link buildForward} alone. */
export function buildLogits(...forward: Parameters<typeof buildForward>): Tensor {
  return buildForward(...forward).logits;
}
