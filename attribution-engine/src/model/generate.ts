/** Text generation: seeded sampling or greedy decoding for a batch of prompts. */
import { Graph } from "../numerics/graph.ts";
import { createRandom } from "../numerics/random.ts";
import { openSession } from "../numerics/session.ts";
import type { Adapter, FrozenModel } from "./adapter.ts";
import { bakeWeights } from "./losses.ts";
import { START_TOKEN } from "./tokenizer.ts";
import { buildLogits } from "./transformer.ts";

/** How answers are drawn. */
export interface GenerateOptions {
  /** Tokens per answer. */
  readonly tokens: number;
  /** Longest prompt plus answer, in tokens. */
  readonly length: number;
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  /** Answer i is drawn from a stream of its own, seeded by this and `seedOffset + i`. */
  readonly seed: number;
  readonly seedOffset?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly keeper?: AnswerKeeper | undefined;
}

/** Keeps the answers of each batch, so that an interrupted run goes on. */
export interface AnswerKeeper {
  /** The answers to the prompts from number `first` on, if they are kept. */
  restore(first: number, prompts: readonly (readonly number[])[]): number[][] | undefined;
  keep(first: number, prompts: readonly (readonly number[])[], answers: readonly (readonly number[])[]): void;
}

const BATCH = 32;

function draw(logits: Float32Array, temperature: number, uniform: number): number {
  let best = START_TOKEN + 1;
  for (let token = best; token < logits.length; token++) if (logits[token]! > logits[best]!) best = token;
  if (temperature === 0) return best;
  const weights = Array.from(logits, (logit, token) =>
    token === START_TOKEN ? 0 : Math.exp((logit - logits[best]!) / temperature),
  );
  let rest = uniform * weights.reduce((total, weight) => total + weight, 0);
  for (let token = 0; token < weights.length; token++) {
    rest -= weights[token]!;
    if (rest < 0) return token;
  }
  return best;
}

/**
 * Continues each prompt.
 * @param prompts tokens of each prompt, without the start token.
 * @returns tokens of each answer.
 * @throws if a prompt is empty or leaves no room for the answer; the message names the row.
 */
export async function generate(
  model: FrozenModel,
  adapter: Adapter | undefined,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<number[][]> {
  const { tokens: count, length, temperature, seed, seedOffset = 0, onProgress, keeper } = options;
  prompts.forEach((prompt, row) => {
    if (prompt.length === 0) throw new Error(`row ${row}: the prompt is empty`);
    if (prompt.length + count > length)
      throw new Error(`row ${row}: ${prompt.length} prompt tokens and ${count} to come do not fit in ${length}`);
  });
  const batch = Math.min(BATCH, Math.max(1, prompts.length));
  const graph = new Graph();
  const feeds = [graph.input("tokens", [batch * length], "int64"), graph.input("last", [batch], "int64")] as const;
  const baked = bakeWeights(graph, model, adapter);
  graph.output("logits", buildLogits(graph, model.shape, baked.base, baked.adapter, feeds[0], batch, feeds[1]));
  const session = await openSession(graph, feeds);
  const answers = prompts.map((): number[] => []);
  try {
    for (let from = 0; from < prompts.length; from += batch) {
      const group = prompts.slice(from, from + batch);
      const kept = keeper?.restore(from, group);
      if (kept !== undefined) {
        answers.splice(from, group.length, ...kept);
        onProgress?.(from + group.length, prompts.length);
        continue;
      }
      const streams = group.map((_, i) => createRandom(seed, `answer ${seedOffset + from + i}`));
      const inputs = new BigInt64Array(batch * length);
      const last = new BigInt64Array(batch);
      group.forEach((prompt, i) => {
        inputs.set([START_TOKEN, ...prompt].slice(0, length).map(BigInt), i * length);
        last[i] = BigInt(i * length + prompt.length);
      });
      for (let step = 0; step < count; step++) {
        const { logits } = await session.run({ tokens: inputs, last });
        group.forEach((_, i) => {
          const { vocabulary } = model.shape;
          const token = draw(
            logits!.subarray(i * vocabulary, (i + 1) * vocabulary),
            temperature,
            streams[i]!.uniform(),
          );
          answers[from + i]!.push(token);
          last[i]! += 1n;
          if (step + 1 < count) inputs[Number(last[i])] = BigInt(token);
        });
      }
      keeper?.keep(from, group, answers.slice(from, from + batch));
      onProgress?.(Math.min(prompts.length, from + batch), prompts.length);
    }
  } finally {
    await session.release();
  }
  return answers;
}
