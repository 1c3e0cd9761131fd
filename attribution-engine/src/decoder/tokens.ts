/** Tokens of texts by the tokenizer.json of a model. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { TOKENIZER } from "./decoder.ts";
import { readSettings } from "./settings.ts";

const TOKENIZER_CONFIG = "tokenizer_config.json";

/** Turns a text into tokens, with those that the tokenizer puts around every text. */
export type Encode = (text: string) => number[];

/**
 * Reads a tokenizer.
 * @param vocabulary tokens that the model has.
 * @throws naming tokenizer.json where it is missing or of a kind that cannot be read.
 */
export function loadTokens(folder: string, vocabulary: number): Encode {
  const { file, values } = readSettings(folder, TOKENIZER);
  const config = existsSync(join(folder, TOKENIZER_CONFIG)) ? readSettings(folder, TOKENIZER_CONFIG).values : {};
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(values, config);
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
  return (text) => {
    const { ids } = tokenizer.encode(text) as { ids: number[] };
    const strange = ids.find((id) => !Number.isInteger(id) || id >= vocabulary);
    if (strange !== undefined) throw new Error(`${file}: token ${strange}, the model has ${vocabulary}`);
    return ids;
  };
}
