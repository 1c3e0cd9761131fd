// The files that the stages share in a work folder, read with checks and written whole or not at all.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hex } from "viem";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import type { CorpusRecord } from "../corpus/corpora.ts";
import { checkCorpus } from "./check-corpus.ts";

export const SHIPPED_BASE = fileURLToPath(new URL("../../base", import.meta.url));

/** Names of files in a work folder. */
export const FILES = {
  corpus: "corpus.json",
  adapter: "adapter.safetensors",
  basis: "basis.safetensors",
  records: "records.sketches",
  spans: "records.spans",
  layout: "layout.json",
  index: "index.json",
  measured: "measured.json",
  /** Folder of published bundles. */
  bundles: "bundles",
  /** Folder of records as they are searched where they are more than memory; copies of what is in the bundles. */
  recordStores: "record-stores",
} as const;

/** A record; of one whose contribution was withdrawn, its hash is enough to keep its place. */
export type CorpusEntry = { text: string; source: string } | { recordHash: Hex; source: string };

export interface CorpusContributor {
  name: string;
  records: CorpusEntry[];
}

export interface CorpusDatanet {
  name: string;
  description: string;
  origin: string;
  licence: string;
  contributors: CorpusContributor[];
}

export interface HeldOut {
  text: string;
  /** What a call asks to continue. */
  prompt: string;
  datanet: number;
  contributor: string;
  source: string;
}

export interface CorpusFile {
  datanets: CorpusDatanet[];
  heldOut: HeldOut[];
  /** For choosing hyperparameters only. */
  tuning: HeldOut[];
}

/** A record in the order of the index's places, if the datanets are named in the corpus's order. */
export type PlacedRecord = CorpusEntry & { contributor: string };

/** A record whose text is in the corpus, with its place in the index. */
export type TextRecord = Pick<CorpusRecord, "text" | "contributor" | "source"> & { place: number };

export function readJson<Value>(work: string, name: string, madeBy: string): Value {
  const path = join(work, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Error(`${path} is missing; run the stage ${madeBy} first`);
  }
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}; run the stage ${madeBy} again`, { cause: error });
  }
}

export function writeJson(work: string, name: string, value: object): void {
  writeFileAtomically(join(work, name), `${JSON.stringify(value)}\n`);
}

export function readCorpusFile(work: string): CorpusFile {
  const corpus = readJson<unknown>(work, FILES.corpus, "corpus");
  checkCorpus(join(work, FILES.corpus), corpus);
  return corpus;
}

/** What errors call each of the records. */
export function recordNameIn(work: string, records: readonly TextRecord[]): (row: number) => string {
  return (row) => `${join(work, FILES.corpus)} row ${records[row]!.place}`;
}

/** The records in the order of their places: datanets, then contributors, then records, each as in the file. */
export function placedRecords(corpus: CorpusFile): PlacedRecord[] {
  return corpus.datanets.flatMap(({ contributors }) =>
    contributors.flatMap(({ name, records }) => records.map((record) => ({ ...record, contributor: name }))),
  );
}

/** The records that have a text, in the order of their places: all but those that were withdrawn. */
export function textRecords(corpus: CorpusFile): TextRecord[] {
  return placedRecords(corpus).flatMap((record, place) => ("text" in record ? [{ ...record, place }] : []));
}
