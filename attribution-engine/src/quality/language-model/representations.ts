/** What the language model makes of a text before its head: the mean over the text's positions. */
import type { Adapter, FrozenModel } from "../../model/adapter.ts";
import { layOutExamples } from "../../model/examples.ts";
import { bakeWeights } from "../../model/losses.ts";
import { buildForward } from "../../model/transformer.ts";
import { Graph } from "../../numerics/graph.ts";
import { openSession } from "../../numerics/session.ts";
import type { Rows } from "../../sketch/vector-source.ts";

const BATCH = 32;

/** The mean of the last hidden states over each text's tokens. @param texts tokens of each text */
export async function meanHiddenStates(
  model: FrozenModel,
  adapter: Adapter,
  texts: readonly (readonly number[])[],
): Promise<Rows> {
  const { context, width } = model.shape;
  const graph = new Graph();
  const tokens = graph.input("tokens", [BATCH * context], "int64");
  const baked = bakeWeights(graph, model, adapter);
  graph.output("hidden", buildForward(graph, model.shape, baked.base, baked.adapter, tokens, BATCH).hidden);
  const session = await openSession(graph, [tokens]);
  const values = new Float32Array(texts.length * width);
  try {
    for (let from = 0; from < texts.length; from += BATCH) {
      const part = texts.slice(from, from + BATCH);
      const { hidden } = await session.run({ tokens: layOutExamples(part, context, BATCH).inputs });
      part.forEach((text, row) => {
        const mean = values.subarray((from + row) * width, (from + row + 1) * width);
        for (let at = 0; at < text.length * width; at++)
          mean[at % width]! += hidden![row * context * width + at]! / text.length;
      });
    }
  } finally {
    await session.release();
  }
  return { count: texts.length, size: width, values };
}

/** Rows less the mean of `of`. */
export function centred({ count, size, values }: Rows, of: Rows): Rows {
  const mean = new Float64Array(size);
  of.values.forEach((value, at) => (mean[at % size]! += value / of.count));
  return { count, size, values: values.map((value, at) => value - mean[at % size]!) };
}
