/** Logits of the token that comes next, for any number of texts at a time. */
import { Graph } from "../numerics/graph.ts";
import { openSession, type Session } from "../numerics/session.ts";
import type { Adapter, FrozenModel } from "./adapter.ts";
import { bakeWeights } from "./losses.ts";
import { START_TOKEN } from "./tokenizer.ts";
import { buildLogits } from "./transformer.ts";

/** Texts that are computed together: graphs have fixed shapes, and the smallest that has room is taken. */
const SIZES = [1, 2, 4, 6, 8, 12, 16, 24, 32] as const;

/** Most texts that are computed together. */
export const MOST_TEXTS = SIZES.at(-1)!;

/** A model ready to continue texts. A text's logits depend on nothing but itself and `length`. */
export class NextToken {
  /** Longest text, in tokens, without the start token. */
  readonly length: number;
  readonly #model: FrozenModel;
  readonly #adapter: Adapter | undefined;
  readonly #sessions = new Map<number, Promise<Session>>();

  constructor(model: FrozenModel, adapter: Adapter | undefined, length: number) {
    this.#model = model;
    this.#adapter = adapter;
    this.length = length;
  }

  /**
   * @param texts tokens of at most {@link MOST_TEXTS} texts, each shorter than `length`, without the start token.
   * @returns the logits after each, over the vocabulary.
   */
  async logitsAfter(texts: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const size = SIZES.find((places) => texts.length <= places);
    if (size === undefined) throw new RangeError(`${texts.length} texts at a time; ${MOST_TEXTS} at most`);
    const tokens = new BigInt64Array(size * this.length);
    const last = new BigInt64Array(size);
    texts.forEach((text, row) => {
      tokens.set([START_TOKEN, ...text].map(BigInt), row * this.length);
      last[row] = BigInt(row * this.length + text.length);
    });
    const { logits } = await (await this.#sessionOf(size)).run({ tokens, last });
    const { vocabulary } = this.#model.shape;
    return texts.map((_, row) => logits!.subarray(row * vocabulary, (row + 1) * vocabulary));
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).release();
  }

  #sessionOf(size: number): Promise<Session> {
    const session = this.#sessions.get(size) ?? this.#open(size);
    this.#sessions.set(size, session);
    return session;
  }

  #open(size: number): Promise<Session> {
    const graph = new Graph();
    const feeds = [graph.input("tokens", [size * this.length], "int64"), graph.input("last", [size], "int64")] as const;
    const baked = bakeWeights(graph, this.#model, this.#adapter);
    const { shape } = this.#model;
    graph.output("logits", buildLogits(graph, shape, baked.base, baked.adapter, feeds[0], size, feeds[1]));
    return openSession(graph, feeds);
  }
}
