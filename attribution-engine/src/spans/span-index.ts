// The index in which spans of a text are found: the tokens of all records, and the order of the suffixes that begin at each of them.
import { createHash } from "node:crypto";
import { START_TOKEN, type Tokenizer } from "../model/tokenizer.ts";
import { prefixRanges, type PrefixRanges } from "./prefix-ranges.ts";
import { suffixArray } from "./suffix-array.ts";

/** Records with their suffix array. Beside 6 bytes a token it takes 6 a record. */
export interface SpanIndex {
  readonly tokenizer: Tokenizer;
  /** Each record's tokens after a start token, and one start token more at the end, so that no match runs over a border. */
  readonly tokens: Uint16Array;
  /** Where each record's tokens begin in `tokens`, by its place. */
  readonly starts: Uint32Array;
  /** Positions in `tokens`, without the start tokens, in ascending order of what follows. */
  readonly suffixes: Int32Array;
  /** Follow from the tokens, so they are in no file. */
  readonly ranges: PrefixRanges;
  /** The digest of the records, {@link recordsDigest}. */
  readonly digest: Uint8Array;
}

/** SHA-256 over the records in order, each as the length of its UTF-8 in decimal digits, a line feed, and its UTF-8. */
export function recordsDigest(texts: Iterable<string>): Uint8Array {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest();
}

/**
 * Indexes records by the tokens of `tokenizer`.
 * @param texts the records' canonical texts, in the order of their places
 * @param onProgress called with records' worth of work: each is taken once to cut and once to sort
 */
export function buildSpanIndex(
  texts: readonly string[],
  tokenizer: Tokenizer,
  onProgress: (done: number, total: number) => void = () => undefined,
): SpanIndex {
  if (tokenizer.size > 65_536) throw new Error(`a span index has no room for ${tokenizer.size} distinct tokens`);
  // A text has at most as many tokens as bytes and the space before it; what is not written takes no memory.
  const room = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 1);
  const tokens = new Uint16Array(room);
  const starts = new Uint32Array(texts.length);
  let end = 0;
  texts.forEach((text, record) => {
    tokens[end++] = START_TOKEN;
    starts[record] = end;
    for (const token of tokenizer.encode(text)) tokens[end++] = token;
    onProgress(record, 2 * texts.length);
  });
  tokens[end++] = START_TOKEN;
  const text = tokens.slice(0, end);
  const sorted = suffixArray(text, tokenizer.size, (share) =>
    onProgress(Math.floor((1 + share) * texts.length), 2 * texts.length),
  );
  // Start tokens are smaller than all others, so the suffixes that begin with one come first.
  const suffixes = sorted.subarray(texts.length + 1);
  const ranges = prefixRanges(text, tokenizer.size);
  return { tokenizer, tokens: text, starts, suffixes, ranges, digest: recordsDigest(texts) };
}

/** The place of the record that position `at` of the tokens is in. */
export function recordAt({ starts }: SpanIndex, at: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}
