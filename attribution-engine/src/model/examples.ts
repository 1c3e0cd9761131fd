/** Texts as the fixed-length token rows that the model's graphs take. */
import { START_TOKEN } from "./tokenizer.ts";

/** Rows of input tokens, next-token targets and per-position weights, `count` × `length` each. */
export interface Examples {
  readonly count: number;
  readonly length: number;
  readonly inputs: BigInt64Array;
  readonly targets: BigInt64Array;
  /** 1 where a target counts, 0 in the padding after a text. */
  readonly mask: Float32Array;
}

/** What is wrong with a text of so many tokens, for rows of `length`; undefined if nothing is. */
export function lengthFault(tokens: number, length: number): string | undefined {
  if (tokens === 0) return "the text is empty";
  return tokens > length ? `${tokens} tokens, the context holds ${length}; split the record` : undefined;
}

/**
 * Lays out token lists as examples: inputs start with the start token, targets are the tokens themselves.
 * @param texts tokens of each text, without the start token.
 * @param count rows that are laid out; those after the texts are padding.
 * @throws if a text is empty or has more than `length` tokens; the message names the row.
 */
export function layOutExamples(
  texts: readonly (readonly number[])[],
  length: number,
  count: number = texts.length,
): Examples {
  const inputs = new BigInt64Array(count * length);
  const targets = new BigInt64Array(count * length);
  const mask = new Float32Array(count * length);
  texts.forEach((tokens, row) => {
    const fault = lengthFault(tokens.length, length);
    if (fault !== undefined) throw new Error(`row ${row}: ${fault}`);
    inputs[row * length] = BigInt(START_TOKEN);
    tokens.forEach((token, position) => {
      targets[row * length + position] = BigInt(token);
      mask[row * length + position] = 1;
      if (position + 1 < length) inputs[row * length + position + 1] = BigInt(token);
    });
  });
  return { count, length, inputs, targets, mask };
}
