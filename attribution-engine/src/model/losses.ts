/** Losses of texts under the model, with or without an adapter. */
import { Graph } from "../numerics/graph.ts";
import type { Tensor } from "../numerics/graph.ts";
import { openSession } from "../numerics/session.ts";
import type { Adapter, FrozenModel } from "./adapter.ts";
import { layOutExamples } from "./examples.ts";
import { adapterWeightShapes, baseWeightShapes, buildLogits } from "./transformer.ts";
import type { AdapterTensors } from "./transformer.ts";

const BATCH = 32;

/** The model's weights as constants of `graph`. */
export function bakeWeights(
  graph: Graph,
  model: FrozenModel,
  adapter: Adapter | undefined,
): { base: Map<string, Tensor>; adapter: AdapterTensors | undefined } {
  const base = new Map(
    baseWeightShapes(model.shape).map(([name, size]) => [name, graph.constant(model.weights.get(name)!.data, size)]),
  );
  if (adapter === undefined) return { base, adapter: undefined };
  const weights = new Map(
    adapterWeightShapes(model.shape, adapter.shape).map(([name, size]) => [
      name,
      graph.constant(adapter.weights.get(name)!.data, size),
    ]),
  );
  return { base, adapter: { shape: adapter.shape, weights } };
}

/**
 * The summed negative log-likelihood of each text's tokens, in nats.
 * @param length the context to lay texts out in, `model.shape.context` by default.
 */
export async function textLosses(
  model: FrozenModel,
  adapter: Adapter | undefined,
  texts: readonly (readonly number[])[],
  length: number = model.shape.context,
): Promise<Float64Array> {
  if (texts.length === 0) throw new Error("losses of an empty set of texts");
  const graph = new Graph();
  const rows = BATCH * length;
  const feeds = [
    graph.input("tokens", [rows], "int64"),
    graph.input("targets", [rows], "int64"),
    graph.input("mask", [rows]),
  ] as const;
  const baked = bakeWeights(graph, model, adapter);
  graph.output(
    "losses",
    graph.crossEntropy(buildLogits(graph, model.shape, baked.base, baked.adapter, feeds[0], BATCH), feeds[1], feeds[2]),
  );
  const session = await openSession(graph, feeds);
  const losses = new Float64Array(texts.length);
  try {
    const all = layOutExamples(texts, length);
    for (let from = 0; from < texts.length; from += BATCH) {
      const count = Math.min(BATCH, texts.length - from);
      const part = <Values extends Float32Array | BigInt64Array>(values: Values, empty: Values): Values => {
        empty.set(values.subarray(from * length, (from + count) * length) as never);
        return empty;
      };
      const result = await session.run({
        tokens: part(all.inputs, new BigInt64Array(rows)),
        targets: part(all.targets, new BigInt64Array(rows)),
        mask: part(all.mask, new Float32Array(rows)),
      });
      for (let row = 0; row < count; row++) {
        for (let position = 0; position < length; position++)
          losses[from + row]! += result["losses"]![row * length + position]!;
      }
    }
  } finally {
    await session.release();
  }
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad >= 0) throw new Error(`row ${bad}: the loss is ${losses[bad]}; the weights are damaged`);
  return losses;
}

/** Perplexity per token over all texts. */
export async function perplexity(
  model: FrozenModel,
  adapter: Adapter | undefined,
  texts: readonly (readonly number[])[],
): Promise<number> {
  const losses = await textLosses(model, adapter, texts);
  const tokens = texts.reduce((total, text) => total + text.length, 0);
  return Math.exp(losses.reduce((total, loss) => total + loss, 0) / tokens);
}
