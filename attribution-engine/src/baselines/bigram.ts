/** The bigram language model that the transformer has to beat: interpolated Kneser-Ney with a tuned discount. */
import { START_TOKEN } from "../model/tokenizer.ts";

/** A fitted bigram model. */
export interface BigramModel {
  readonly discount: number;
  /** The probability of `token` after `previous`. */
  probability(previous: number, token: number): number;
}

const DISCOUNTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];
const TUNING_SHARE = 10;

/**
 * Counts bigrams in token lists (each after a start token).
 * Chen and Goodman (1998), interpolated Kneser-Ney; its continuation distribution is itself smoothed with the uniform one.
 */
export function fitBigram(texts: readonly (readonly number[])[], vocabulary: number, discount: number): BigramModel {
  const counts = new Map<number, number>();
  for (const tokens of texts) {
    let previous = START_TOKEN;
    for (const token of tokens) {
      const key = previous * vocabulary + token;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      previous = token;
    }
  }
  const totals = new Float64Array(vocabulary);
  const followers = new Float64Array(vocabulary);
  const continuations = new Float64Array(vocabulary);
  let seen = 0;
  for (const [key, count] of counts) {
    totals[Math.floor(key / vocabulary)]! += count;
    followers[Math.floor(key / vocabulary)]! += 1;
    if (!continuations[key % vocabulary]) seen++;
    continuations[key % vocabulary]! += 1;
  }
  const types = Math.max(1, counts.size);
  const lower = (token: number): number =>
    Math.max(0, continuations[token]! - discount) / types +
    ((discount * seen) / types + (counts.size === 0 ? 1 : 0)) / vocabulary;
  return {
    discount,
    probability(previous, token) {
      const total = totals[previous]!;
      if (total === 0) return lower(token);
      const own = Math.max(0, (counts.get(previous * vocabulary + token) ?? 0) - discount) / total;
      return own + ((discount * followers[previous]!) / total) * lower(token);
    },
  };
}

/** Perplexity per token. */
export function bigramPerplexity(model: BigramModel, texts: readonly (readonly number[])[]): number {
  let total = 0;
  let count = 0;
  for (const tokens of texts) {
    let previous = START_TOKEN;
    for (const token of tokens) {
      total -= Math.log(model.probability(previous, token));
      previous = token;
      count++;
    }
  }
  if (count === 0) throw new Error("perplexity of an empty set of texts");
  return Math.exp(total / count);
}

/** Fits with the discount that does best on every tenth text when fitted on the others. */
export function tuneBigram(texts: readonly (readonly number[])[], vocabulary: number): BigramModel {
  const fitting = texts.filter((_, row) => row % TUNING_SHARE !== 0);
  const judging = texts.filter((_, row) => row % TUNING_SHARE === 0);
  let best = { discount: NaN, perplexity: Infinity };
  for (const discount of DISCOUNTS) {
    const perplexity = bigramPerplexity(fitBigram(fitting, vocabulary, discount), judging);
    if (perplexity < best.perplexity) best = { discount, perplexity };
  }
  return fitBigram(texts, vocabulary, best.discount);
}
