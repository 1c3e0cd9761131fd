/** The canonical cutting of a text to passages that fit a model's context. */
import { normaliseText } from "./normalise.ts";

const SENTENCE_END = /[.!?]["'”’)\]]*$/u;
const CLAUSE_END = /[,;:—]["'”’)\]]*$/u;

/**
 * Cuts `text` to passages of at most `limit` units, in order and without overlap.
 *
 * Words are taken greedily. A passage ends at the last sentence end that leaves it at least half full, else at the last
 * such clause end, else at the last word that fits. A word longer than the limit is dropped.
 * @param measure the length of one word in units (tokens); lengths must add up.
 */
export function cutPassages(text: string, limit: number, measure: (word: string) => number): string[] {
  const words = normaliseText(text)
    .split(" ")
    .filter((word) => word !== "");
  const lengths = words.map(measure);
  const passages: string[] = [];
  let from = 0;
  while (from < words.length) {
    if (lengths[from]! > limit) {
      from++;
      continue;
    }
    let used = 0;
    let to = from;
    let sentence = -1;
    let clause = -1;
    while (to < words.length && used + lengths[to]! <= limit) {
      used += lengths[to]!;
      to++;
      if (2 * used < limit) continue;
      if (SENTENCE_END.test(words[to - 1]!)) sentence = to;
      else if (CLAUSE_END.test(words[to - 1]!)) clause = to;
    }
    if (to < words.length) {
      if (sentence > 0) to = sentence;
      else if (clause > 0) to = clause;
    }
    passages.push(words.slice(from, to).join(" "));
    from = to;
  }
  return passages;
}
