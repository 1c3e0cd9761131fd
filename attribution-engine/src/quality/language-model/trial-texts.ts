/** The main job's records and passages, as the trials on its language model take them. */
import { loadCorpora, recordsByContributor, withFewerRecords, type CorpusRecord } from "../../corpus/corpora.ts";
import type { BaseModel } from "../../model/checkpoint.ts";

/** Texts with their tokens. */
export interface TrialTexts {
  readonly texts: readonly string[];
  readonly tokens: readonly (readonly number[])[];
}

/** What a trial is made on. */
export interface TrialCorpus {
  /** In the order of their places in the main job's index, which is the order that the main job trains in. */
  readonly records: TrialTexts;
  readonly heldOut: TrialTexts;
  /** For choices; no figure is measured on them. */
  readonly tuning: TrialTexts;
}

/** How many records and passages are taken; all where it is absent. */
export interface TrialSizes {
  readonly records: number;
  /** Held-out and tuning passages, each. */
  readonly passages: number;
}

/** Loads the corpus, or evenly spread parts of it. */
export function loadTrialCorpus({ shape, tokenizer }: BaseModel, sizes?: TrialSizes): TrialCorpus {
  const whole = loadCorpora(shape.context, (word) => tokenizer.encode(word).length);
  const corpora = sizes === undefined ? whole : withFewerRecords(whole, sizes.records);
  const textsOf = (records: readonly CorpusRecord[]): TrialTexts => {
    const texts = records.map(({ text }) => text);
    return { texts, tokens: texts.map((text) => tokenizer.encode(text)) };
  };
  const some = <Passage>(passages: readonly Passage[]): readonly Passage[] => {
    const step = sizes === undefined ? 1 : Math.max(1, Math.ceil(passages.length / sizes.passages));
    return passages.filter((_, place) => place % step === 0);
  };
  return {
    records: textsOf(recordsByContributor(corpora)),
    heldOut: textsOf(some(corpora.heldOut)),
    tuning: textsOf(some(corpora.tuning)),
  };
}
