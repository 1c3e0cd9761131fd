/** A decoder's texts as a source of vectors: projected gradients of its adapter's weights. */
import { gradientRows } from "../sketch/gradients.ts";
import type { VectorSource } from "../sketch/vector-source.ts";
import type { DecoderModel } from "./decoder-text-model.ts";
import { textFault } from "./decoder-texts.ts";
import type { Encode } from "./tokens.ts";

/** Each worker holds the model, and each text may take a second. */
const TEXTS_PER_PART = 16;

/** Texts, with how errors name them. */
export interface NamedTexts {
  readonly texts: readonly string[];
  readonly nameOf: (row: number) => string;
}

/**
 * Tokens of each text.
 * @param context positions that the model has.
 * @throws naming the text that is too short, too long or has no tokens of the model.
 */
export function tokensOfTexts({ texts, nameOf }: NamedTexts, encode: Encode, context: number): number[][] {
  return texts.map((text, row) => {
    let tokens: number[];
    try {
      tokens = encode(text);
    } catch (cause) {
      throw new Error(`${nameOf(row)}: ${(cause as Error).message}`, { cause });
    }
    const fault = textFault(tokens.length, context);
    if (fault !== undefined) throw new Error(`${nameOf(row)}: ${fault}`);
    return tokens;
  });
}

/** The gradients of texts' summed losses. @param tokens of each text, at least 2 and at most as many as the context. */
export function decoderGradients(
  model: DecoderModel,
  seed: number,
  tokens: readonly (readonly number[])[],
  nameOf: (row: number) => string,
): VectorSource {
  return {
    count: tokens.length,
    partRows: TEXTS_PER_PART,
    rows: (chosen, targets, map, work) =>
      gradientRows(
        { of: model, seed, targets, map },
        {
          items: chosen.map((row) => ({ tokens: tokens[row]!, draw: row })),
          partRows: TEXTS_PER_PART,
          nameOf: (place) => nameOf(chosen[place]!),
        },
        work,
      ),
  };
}
