// What is shown beside the scores of a call: spans of its answer that stand word for word in records, and what its gateway cites. Neither is paid for or proven.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Hex } from "viem";
import { findSpans, type Span, type SpanMatch } from "../spans/find-spans.ts";
import { loadSpanIndex } from "../spans/span-file.ts";
import { recordsDigest, type SpanIndex } from "../spans/span-index.ts";
import { FILES, textRecords, readCorpusFile, type TextRecord } from "./files.ts";
import { type Citation, readAllCalls } from "./settlement-file.ts";

/** A record in which a span stands, with whose it is. */
export interface SpanRecord extends Omit<SpanMatch, "record"> {
  readonly place: number;
  readonly contributor: string;
  readonly source: string;
}

export interface DescribedSpan extends Omit<Span, "matches"> {
  readonly records: readonly SpanRecord[];
}

export interface Evidence {
  readonly spans: readonly DescribedSpan[];
  readonly citations: readonly Citation[];
}

/**
 * Finds the evidence of a call by its receipt, undefined where the call's texts are not in the folder. Without an index of spans nobody has evidence.
 */
export function openEvidence(work: string): (receiptHash: Hex) => Evidence | undefined {
  if (!existsSync(join(work, FILES.spans))) return () => undefined;
  const records = textRecords(readCorpusFile(work));
  const index = openSpanIndex(work, records);
  const calls = new Map(readAllCalls(work).map((call) => [call.receiptHash, call]));
  return (receiptHash) => {
    const call = calls.get(receiptHash);
    if (call === undefined) return undefined;
    return { spans: describeSpans(findSpans(index, call.answer), records), citations: call.citations ?? [] };
  };
}

/** The index of the records; throws an Error that names the file if it is of other records, missing or damaged. */
export function openSpanIndex(work: string, records: readonly TextRecord[]): SpanIndex {
  const path = join(work, FILES.spans);
  const index = loadSpanIndex(path);
  if (!isIndexOf(index, records)) {
    throw new Error(`${path}: it indexes other records than ${FILES.corpus} has; run the stage index-spans again`);
  }
  return index;
}

/** Whether the index is of exactly these records. */
export function isIndexOf(index: SpanIndex, records: readonly TextRecord[]): boolean {
  return Buffer.compare(index.digest, recordsDigest(records.map(({ text }) => text))) === 0;
}

/** Spans with whose records they stand in. */
export function describeSpans(spans: readonly Span[], records: readonly TextRecord[]): DescribedSpan[] {
  return spans.map(({ matches, ...span }) => ({
    ...span,
    records: matches.map(({ record, ...match }) => {
      const { place, contributor, source } = records[record]!;
      return { place, contributor, source, ...match };
    }),
  }));
}
