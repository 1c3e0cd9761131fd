// Finds the maximal spans of an answer that occur word for word in indexed records. They are evidence: what an answer repeats says neither why it was given
// nor what is owed for it.
import { canonicalText } from "@tributary/protocol/canonical-text";
import { rangeOf } from "./prefix-ranges.ts";
import { recordAt, type SpanIndex } from "./span-index.ts";
import { ownText, widenMatch } from "./widen-match.ts";

/** Positions are bytes of UTF-8: in the answer's canonical text and in the record. */
export interface SpanMatch {
  /** Place of the record. */
  readonly record: number;
  /** Where the text begins in the record. */
  readonly recordStart: number;
  /** What of the answer stands there: from `start` up to `end`, and no character more on either side. */
  readonly start: number;
  readonly end: number;
}

export interface Span {
  /** Of the longest match that was looked at. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** How often the span's whole tokens occur in all records together. */
  readonly occurrences: number;
  /** Whether it occurs so often that only some of its occurrences were looked at: a longer match, or another record, may be among the others. */
  readonly sampled: boolean;
  /** Longest first, of different records. */
  readonly matches: readonly SpanMatch[];
}

export interface SpanSearch {
  /** A span's whole tokens, without a space before them, have at least this many bytes. */
  readonly minBytes: number;
  /** Records that are listed of a span at most. */
  readonly records: number;
}

/** Shorter ones are common words. */
export const DEFAULT_SPAN_SEARCH: SpanSearch = { minBytes: 20, records: 3 };

/** Bytes of an answer at most: all its suffixes are compared with those of the records. */
export const MOST_ANSWER_BYTES = 16_384;

/** Occurrences of a span that are looked at, per record that is listed; frequent spans have more. */
const SEEN_PER_LISTED = 8;

/** An answer. */
interface Query {
  /** A space and the canonical text's UTF-8. */
  readonly text: Uint8Array;
  readonly tokens: Uint16Array;
  /** Where each token begins in `text`, and the last one ends. */
  readonly offsets: Uint32Array;
}

/** A run of the answer's tokens, from `from` up to `to`. */
interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * The maximal spans of `answer`: runs of its tokens that occur in a record, while the run with one token more on either side occurs in none, each widened to
 * the characters around it that agree as well. None lies within another. In order of where they begin.
 *
 * As in J. Liu et al., "OLMoTrace: Tracing Language Model Outputs Back to Trillions of Training Tokens" (2025): for every token the longest run from it by a
 * binary search in the suffix array.
 * @param answer its canonical text is searched (docs/formats.md §8.1)
 * @throws Error if the answer is longer than {@link MOST_ANSWER_BYTES}, or has a lone surrogate
 */
export function findSpans(index: SpanIndex, answer: string, search: SpanSearch = DEFAULT_SPAN_SEARCH): Span[] {
  const canonical = canonicalText(answer);
  // As the tokenizer takes it, a text has a space before it.
  const text = new TextEncoder().encode(` ${canonical}`);
  if (text.length - 1 > MOST_ANSWER_BYTES) {
    throw new Error(`the answer has ${text.length - 1} bytes; spans are found in at most ${MOST_ANSWER_BYTES}`);
  }
  const tokens = Uint16Array.from(index.tokenizer.encode(canonical));
  const offsets = new Uint32Array(tokens.length + 1);
  tokens.forEach((token, i) => (offsets[i + 1] = offsets[i]! + index.tokenizer.bytesOf(token).length));
  const query: Query = { text, tokens, offsets };
  const spans = maximalRuns(index, tokens)
    .filter((run) => {
      const { start, end } = ownText(text, bytesOfRun(query, run));
      return end - start >= search.minBytes;
    })
    .map((run) => spanOf(index, query, run, search.records));
  return withoutContained(spans);
}

/** The spans that lie within no other; widened, two may have become equal, or one a part of the other. */
function withoutContained(spans: readonly Span[]): Span[] {
  return [...spans]
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .reduce<Span[]>((kept, span) => (span.end <= (kept.at(-1)?.end ?? -1) ? kept : [...kept, span]), []);
}

/** Every run that occurs in a record and is in no other such run, in order. */
function maximalRuns(index: SpanIndex, query: Uint16Array): Run[] {
  const runs: Run[] = [];
  let reached = 0;
  // Without its first token a run still occurs, so ends never fall, and none comes after the answer's end is reached.
  for (let from = 0; reached < query.length; from++) {
    const to = from + longestFrom(index, query, from);
    if (to > reached) runs.push({ from, to });
    reached = Math.max(reached, to);
  }
  return runs;
}

/** Tokens of the longest run from `from` that occurs: where the query would stand in the order, one of its two neighbours has it. */
function longestFrom({ tokens, suffixes, ranges }: SpanIndex, query: Uint16Array, from: number): number {
  const length = query.length - from;
  const { first, end, agree: agreed } = rangeOf(ranges, query, from);
  // One token alone is followed by no other of the query's: where pairs are counted, no more can agree.
  if (agreed < ranges.depth) return agreed;
  let low = first - 1;
  let high = end;
  let agreeLow = agreed;
  let agreeHigh = agreed;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const at = suffixes[middle]!;
    // What both ends of the range agree on with the query, everything between them does.
    let agree = agreeLow < agreeHigh ? agreeLow : agreeHigh;
    while (agree < length && tokens[at + agree] === query[from + agree]) agree++;
    if (agree === length || tokens[at + agree]! > query[from + agree]!) {
      high = middle;
      agreeHigh = agree;
    } else {
      low = middle;
      agreeLow = agree;
    }
  }
  return Math.max(agreeLow, agreeHigh);
}

/** The suffixes that begin with the run: from the first number up to the second. */
function occurrencesOf(index: SpanIndex, query: Uint16Array, run: Run): [number, number] {
  return [firstSuffix(index, query, run, false), firstSuffix(index, query, run, true)];
}

/** The first suffix that is not smaller than the run or, if `after`, that is greater than all that begin with it. */
function firstSuffix(index: SpanIndex, query: Uint16Array, { from, to }: Run, after: boolean): number {
  const { tokens, suffixes, ranges } = index;
  const { first, end } = rangeOf(ranges, query.subarray(0, to), from);
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const shift = suffixes[middle]! - from;
    let at = from;
    while (at < to && tokens[shift + at] === query[at]) at++;
    if (at === to ? after : tokens[shift + at]! < query[at]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

function spanOf(index: SpanIndex, query: Query, run: Run, records: number): Span {
  const [first, end] = occurrencesOf(index, query.tokens, run);
  const range = bytesOfRun(query, run);
  const seen = Math.min(end - first, SEEN_PER_LISTED * records);
  const found = Array.from({ length: seen }, (_, i) => {
    const at = index.suffixes[first + i]!;
    return { at, record: recordAt(index, at), ...widenMatch(index, query.text, range, at, run.to - run.from) };
  });
  found.sort((a, b) => b.end - b.start - (a.end - a.start) || a.at - b.at);
  const listed = new Set<number>();
  const matches = found
    .filter(({ record }) => !listed.has(record) && listed.add(record) !== undefined)
    .slice(0, records)
    .map(({ at, record, ...match }) => ({
      record,
      // The space before a text is not its own, neither the answer's nor the record's.
      recordStart: offsetInRecord(index, record, at) - (range.start - match.start) - 1,
      start: match.start - 1,
      end: match.end - 1,
    }));
  const { start, end: last } = matches[0]!;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(query.text.subarray(start + 1, last + 1));
  return { start, end: last, text, occurrences: end - first, sampled: seen < end - first, matches };
}

function bytesOfRun({ offsets }: Query, { from, to }: Run) {
  return { start: offsets[from]!, end: offsets[to]! };
}

/** Bytes of the record, and of the space before it, that stand before position `at` of the tokens. */
function offsetInRecord({ tokens, starts, tokenizer }: SpanIndex, record: number, at: number): number {
  let bytes = 0;
  for (let position = starts[record]!; position < at; position++) bytes += tokenizer.bytesOf(tokens[position]!).length;
  return bytes;
}
