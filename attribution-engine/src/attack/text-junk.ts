/** Junk made of text: what somebody contributes who has nothing to contribute. */
import { canonicalText } from "@tributary/protocol/canonical-text";
import { REPETITION_LIMIT } from "../commands/method.ts";
import { repeatsItself } from "../index/repetition.ts";
import type { Random } from "../numerics/random.ts";

/** What junk can be made of. */
export interface JunkMaterial {
  /** Honest records in the order of their places. */
  readonly texts: readonly string[];
  /** Passages that nobody contributed, and whose they are. */
  readonly spare: readonly { readonly text: string; readonly contributor: string }[];
}

const PHRASE_WORDS = 6;

/** As many words as there are, of the phrase of `length` words from `from` on, again and again. */
function repeatPhrase(words: readonly string[], from: number, length: number): string {
  const phrase = words.slice(from, from + length);
  return words.map((_, at) => phrase[at % phrase.length]!).join(" ");
}

const wordsOf = (text: string): string[] => text.split(" ");

/** Ways to make the junk record of a number; a passage that nobody contributed is used once at most as what a record begins with. */
const WAYS = {
  /** For comparison: honest passages. */
  "none, but new passages": ({ spare }, row) => spare[row]!.text,
  "words shuffled": ({ spare }, row, random) => random.shuffle(wordsOf(spare[row]!.text)).join(" "),
  /** The counterpart of a wrong label: half a passage, continued by somebody else's words. */
  "another speaker's end": ({ spare }, row, random) => {
    const { text, contributor } = spare[row]!;
    let other = spare[row]!;
    while (other.contributor === contributor) other = spare[random.below(spare.length)]!;
    const [begin, end] = [wordsOf(text), wordsOf(other.text)];
    return [...begin.slice(0, begin.length >> 1), ...end.slice(end.length >> 1)].join(" ");
  },
  "phrase repeated": ({ spare }, row, random) => {
    const words = wordsOf(spare[row]!.text);
    return repeatPhrase(words, random.below(Math.max(1, words.length - PHRASE_WORDS)), PHRASE_WORDS);
  },
  /** The same by who knows the limit of repetition, which is public: the shortest phrase that passes. */
  "repeated up to the limit": ({ spare }, row) => {
    const words = wordsOf(spare[row]!.text);
    let length = PHRASE_WORDS;
    while (length < words.length && repeatsItself(repeatPhrase(words, 0, length), REPETITION_LIMIT)) length++;
    return repeatPhrase(words, 0, length);
  },
  /** And by as few words as pass, in random order. */
  "few words, shuffled": ({ spare }, row, random) => {
    const words = wordsOf(spare[row]!.text);
    const few = (distinct: number): string =>
      random.shuffle(words.map((_, at) => words[at < distinct ? at : random.below(distinct)]!)).join(" ");
    let distinct = PHRASE_WORDS;
    let text = few(Math.min(distinct, words.length));
    while (distinct < words.length && repeatsItself(text, REPETITION_LIMIT)) text = few(++distinct);
    return text;
  },
  "random words": ({ texts, spare }, row, random) =>
    wordsOf(spare[row]!.text)
      .map(() => {
        const words = wordsOf(texts[random.below(texts.length)]!);
        return words[random.below(words.length)]!;
      })
      .join(" "),
  /** Text that is there already, contributed again as one's own. */
  "under another name": ({ texts }, _, random) => texts[random.below(texts.length)]!,
} satisfies Readonly<Record<string, (material: JunkMaterial, row: number, random: Random) => string>>;

export type JunkWay = keyof typeof WAYS;
export const JUNK_WAYS = Object.keys(WAYS) as JunkWay[];

/** @returns `count` records of junk, as canonical text. @throws if there are fewer spare passages. */
export function makeJunk(way: JunkWay, material: JunkMaterial, count: number, random: Random): string[] {
  if (count > material.spare.length)
    throw new Error(`${count} records of junk; there are only ${material.spare.length} passages to make them of`);
  return Array.from({ length: count }, (_, row) => canonicalText(WAYS[way](material, row, random)));
}
