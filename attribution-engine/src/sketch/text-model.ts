/** A language model whose loss is differentiated: what the worker of gradients needs of it. */
import { layOutExamples, type Examples } from "../model/examples.ts";
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import { bakeWeights } from "../model/losses.ts";
import { buildLogits } from "../model/transformer.ts";
import type { Graph, Tensor } from "../numerics/graph.ts";
import type { Feed } from "../numerics/session.ts";
import { projectedMatrices, type ProjectedMatrix, type ProjectionWidths } from "./projection.ts";

/** A forward pass in a graph. */
export interface BuiltModel {
  /** [length, vocabulary]. */
  readonly logits: Tensor;
  /** The weights that gradients are taken of, by name. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What must be fed besides the text. */
  readonly inputs: readonly Tensor[];
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** A model ready to be built in graphs. */
export interface TextModel {
  /** The gradients that are taken, in order, with their projections. */
  readonly matrices: readonly ProjectedMatrix[];
  /** Whether it is small enough for graphs to keep their memory from run to run. */
  readonly isSmall: boolean;
  /** Positions that a text is laid out in; they depend on its own tokens alone. */
  lengthOf(tokens: readonly number[]): number;
  /** @throws if the text is empty or too long; it is called row 0. */
  layOut(tokens: readonly number[], length: number): Examples;
  build(graph: Graph, tokens: Tensor): BuiltModel;
}

/** What the engine's own model is made of. */
export interface OwnModel {
  readonly kind: "own";
  readonly model: FrozenModel;
  readonly adapter: Adapter;
  readonly widths: ProjectionWidths;
  /** The context that texts are laid out in. */
  readonly length: number;
}

/** The engine's own model. */
export function ownTextModel({ model, adapter, widths, length }: OwnModel): TextModel {
  return {
    matrices: projectedMatrices(model.shape, adapter.shape, widths),
    isSmall: true,
    lengthOf: () => length,
    layOut: (tokens) => layOutExamples([tokens], length),
    build(graph, tokens) {
      const baked = bakeWeights(graph, model, adapter);
      const logits = buildLogits(graph, model.shape, baked.base, baked.adapter, tokens, 1);
      return { logits, weights: baked.adapter!.weights, inputs: [], feeds: {} };
    },
  };
}
