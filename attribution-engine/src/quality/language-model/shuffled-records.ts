/** Records that mislead a language model, as wrong labels mislead a classifier: their tokens are in random order. */
import type { BaseModel } from "../../model/checkpoint.ts";
import { createRandom } from "../../numerics/random.ts";
import type { TrialTexts } from "./trial-texts.ts";

/** The records, of which a share is shuffled. */
export interface ShuffledRecords extends TrialTexts {
  /** Places of those that are. */
  readonly shuffled: readonly number[];
}

/** Shuffles the tokens of a random `share` of the records. */
export function shuffleRecords(
  { tokenizer }: Pick<BaseModel, "tokenizer">,
  { texts, tokens }: TrialTexts,
  share: number,
  seed: number,
): ShuffledRecords {
  const random = createRandom(seed, "shuffled records");
  const places = random.shuffle(tokens.map((_, place) => place)).slice(0, Math.round(share * tokens.length));
  const shuffled = new Map(places.map((place) => [place, random.shuffle([...tokens[place]!])]));
  return {
    shuffled: places,
    tokens: tokens.map((own, place) => shuffled.get(place) ?? own),
    texts: texts.map((own, place) => {
      const other = shuffled.get(place);
      return other === undefined ? own : tokenizer.decode(other);
    }),
  };
}
