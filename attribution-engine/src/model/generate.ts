/** Text generation: seeded sampling or greedy decoding for a batch of prompts. */
import { createRandom, type Random } from "../numerics/random.ts";
import type { Adapter, FrozenModel } from "./adapter.ts";
import { MOST_TEXTS, NextToken } from "./next-token.ts";
import { START_TOKEN } from "./tokenizer.ts";

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

/** The stream of random numbers that answer number `answer` is drawn from. */
export function answerStream(seed: number, answer: number): Random {
  return createRandom(seed, `answer ${answer}`);
}

/** Draws a token; never the start token. @param uniform in [0, 1) */
export function drawToken(logits: Float32Array, temperature: number, uniform: number): number {
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
  const next = new NextToken(model, adapter, length);
  const answers: number[][] = [];
  try {
    for (let from = 0; from < prompts.length; from += MOST_TEXTS) {
      const group = prompts.slice(from, from + MOST_TEXTS);
      const kept = keeper?.restore(from, group);
      if (kept !== undefined) {
        answers.push(...kept);
        onProgress?.(from + group.length, prompts.length);
        continue;
      }
      const texts = group.map((prompt) => [...prompt]);
      const streams = texts.map((_, i) => answerStream(seed, seedOffset + from + i));
      for (let step = 0; step < count; step++) {
        const logits = await next.logitsAfter(texts);
        texts.forEach((text, i) => text.push(drawToken(logits[i]!, temperature, streams[i]!.uniform())));
      }
      const drawn = texts.map((text, i) => text.slice(group[i]!.length));
      answers.push(...drawn);
      keeper?.keep(from, group, drawn);
      onProgress?.(from + group.length, prompts.length);
    }
  } finally {
    await next.release();
  }
  return answers;
}
