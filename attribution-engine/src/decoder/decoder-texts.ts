/** Texts as a decoder sees them: each token is predicted from those before it, and the first is not. */
import type { Examples } from "../model/examples.ts";

const SHORTEST = 16;

/** Positions that a text is laid out in, of its own tokens alone: the least power of two, at most the model's context. */
export function paddedLength(tokens: number, context: number): number {
  let length = SHORTEST;
  while (length < tokens - 1) length *= 2;
  return Math.min(length, context);
}

/** What is wrong with a text of so many tokens, if anything. */
export function textFault(tokens: number, context: number): string | undefined {
  if (tokens < 2) return `${tokens} tokens; a text has at least 2`;
  if (tokens > context) return `${tokens} tokens, the context holds ${context}; split the record`;
  return undefined;
}

/** Lays out one text of at least 2 tokens. */
export function layOutText(tokens: readonly number[], length: number): Examples {
  const inputs = new BigInt64Array(length);
  const targets = new BigInt64Array(length);
  const mask = new Float32Array(length);
  for (let position = 0; position + 1 < tokens.length; position++) {
    inputs[position] = BigInt(tokens[position]!);
    targets[position] = BigInt(tokens[position + 1]!);
    mask[position] = 1;
  }
  return { count: 1, length, inputs, targets, mask };
}
