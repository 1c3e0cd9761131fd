// Finds the records whose content repeats an earlier one, so that they can be left out of training.
import { computeNovelty, type NoveltyOptions } from "./novelty.ts";
import { signTexts } from "./sign-texts.ts";

/** A text that is a copy or a near copy of an earlier one; both are numbers of texts. */
export interface NearCopy {
  readonly text: number;
  readonly of: number;
}

/**
 * The texts with the same hash as an earlier one, or a content signature that agrees with an earlier one's in at least
 * `signatureMatch` of 256 bits (docs/formats.md §6.5), each with the earliest such text. Leaving them out changes no novelty.
 */
export async function nearCopies(
  texts: readonly string[],
  signatureMatch: number,
  options: NoveltyOptions = {},
): Promise<NearCopy[]> {
  const k = 32;
  // Sketches of zeros have a cosine of 0, so that only content can make a copy.
  const input = { count: texts.length, k, sketches: new Int8Array(texts.length * k), ...signTexts(texts) };
  const { novelties, witnesses } = await computeNovelty(input, { tau: 65536, delta: 1, signatureMatch }, options);
  const copies: NearCopy[] = [];
  for (const [text, novelty] of novelties.entries()) if (novelty === 0) copies.push({ text, of: witnesses[text]! });
  return copies;
}
