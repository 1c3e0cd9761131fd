/** Tells texts that repeat themselves: training on them teaches a model to repeat, and their gradients are large, as those of one phrase add up. */
import type { Sketches } from "../sketch/quantise.ts";

/** Shares of a text that may have occurred before within it: of its words, and of its pairs of neighbouring words. */
export interface Repetition {
  readonly words: number;
  readonly pairs: number;
}

/** What of a text occurred before in it, in lower case and without what is neither letter nor digit; 0 of a text without words. */
export function repetitionOf(text: string): Repetition {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`);
  const repeated = (items: readonly string[]): number =>
    items.length === 0 ? 0 : (items.length - new Set(items).size) / items.length;
  return { words: repeated(words), pairs: repeated(pairs) };
}

/** Whether more of the text is repeated than may be. */
export function repeatsItself(text: string, limit: Repetition): boolean {
  const { words, pairs } = repetitionOf(text);
  return words > limit.words || pairs > limit.pairs;
}

/** The sketches, zero with scale 0 where a text repeats itself: such a text is not trained on, so nothing of it is in the model. */
export function withoutRepetitive(sketches: Sketches, texts: readonly string[], limit: Repetition): Sketches {
  const { k, count } = sketches;
  if (texts.length !== count) throw new Error(`${count} sketches of ${texts.length} texts`);
  const made = { ...sketches, sketches: sketches.sketches.slice(), scales: sketches.scales.slice() };
  for (const [place, text] of texts.entries()) {
    if (!repeatsItself(text, limit)) continue;
    made.sketches.fill(0, place * k, (place + 1) * k);
    made.scales[place] = 0;
  }
  return made;
}
