// Embeddings of texts: the mean over a text's tokens of what the model's head is given, at length 1.
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import { bakeWeights } from "../model/losses.ts";
import { START_TOKEN } from "../model/tokenizer.ts";
import { buildForward } from "../model/transformer.ts";
import { Graph } from "../numerics/graph.ts";
import { openSession, type Session } from "../numerics/session.ts";

/** Embeds one text at a time: a request has few, and the model is small. */
export class Embedder {
  readonly #session: Promise<Session>;
  readonly #length: number;
  readonly #width: number;

  /** @param length longest text, in tokens, the start token included */
  constructor(model: FrozenModel, adapter: Adapter, length: number) {
    this.#length = length;
    this.#width = model.shape.width;
    const graph = new Graph();
    const tokens = graph.input("tokens", [length], "int64");
    const baked = bakeWeights(graph, model, adapter);
    graph.output("hidden", buildForward(graph, model.shape, baked.base, baked.adapter, tokens, 1).hidden);
    this.#session = openSession(graph, [tokens]);
    // Where it is used it is awaited.
    this.#session.catch(() => undefined);
  }

  /** @param text tokens without the start token, at least one. @returns as many numbers as the model is wide */
  async embed(text: readonly number[]): Promise<Float32Array> {
    const tokens = new BigInt64Array(this.#length);
    tokens.set([START_TOKEN, ...text].map(BigInt));
    const { hidden } = await (await this.#session).run({ tokens });
    const sum = new Float64Array(this.#width);
    for (let row = 1; row <= text.length; row++) {
      for (let i = 0; i < this.#width; i++) sum[i]! += hidden![row * this.#width + i]!;
    }
    const size = Math.hypot(...sum);
    return Float32Array.from(sum, (value) => (size === 0 ? 0 : value / size));
  }

  async release(): Promise<void> {
    await (await this.#session).release();
  }
}
