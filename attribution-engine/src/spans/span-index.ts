// The index in which spans of a text are found: the tokens of all records, and the order of the suffixes that begin at each of them.
import { createHash } from "node:crypto";
import { START_TOKEN, type Tokenizer } from "../model/tokenizer.ts";
import { NO_SPAN_KEEPER, type SpanKeeper } from "./kept-spans.ts";
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

/** Of text, a second or so to cut. */
const RUN_BYTES = 8 * 2 ** 20;

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
 * @param keeper keeps tokens, in runs of about `runBytes` of text, and then the order of some suffixes
 */
export function buildSpanIndex(
  texts: readonly string[],
  tokenizer: Tokenizer,
  onProgress: (done: number, total: number) => void = () => undefined,
  keeper: SpanKeeper = NO_SPAN_KEEPER,
  runBytes = RUN_BYTES,
): SpanIndex {
  if (tokenizer.size > 65_536) throw new Error(`a span index has no room for ${tokenizer.size} distinct tokens`);
  // A text has at most as many tokens as bytes and the space before it; what is not written takes no memory.
  const room = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 1);
  const tokens = new Uint16Array(room);
  const starts = new Uint32Array(texts.length);
  let end = 0;
  for (const [first, last] of runsOf(texts, runBytes)) {
    const run = texts.slice(first, last);
    const cut = keeper.tokens(recordsDigest(run), run.length, () => {
      const begin = end;
      let at = begin;
      run.forEach((text, i) => {
        tokens[at++] = START_TOKEN;
        for (const token of tokenizer.encode(text)) tokens[at++] = token;
        onProgress(first + i, 2 * texts.length);
      });
      return tokens.subarray(begin, at);
    });
    tokens.set(cut, end);
    for (let i = 0, record = first; i < cut.length; i++) if (cut[i] === START_TOKEN) starts[record++] = end + i + 1;
    end += cut.length;
  }
  tokens[end++] = START_TOKEN;
  const text = tokens.slice(0, end);
  const digest = recordsDigest(texts);
  const sorted = suffixArray(
    text,
    tokenizer.size,
    (share) => onProgress(Math.floor((1 + share) * texts.length), 2 * texts.length),
    (count, make) => keeper.order(digest, count, make),
  );
  // Start tokens are smaller than all others, so the suffixes that begin with one come first.
  const suffixes = sorted.subarray(texts.length + 1);
  const ranges = prefixRanges(text, tokenizer.size);
  return { tokenizer, tokens: text, starts, suffixes, ranges, digest };
}

/** Runs of texts, from the first number up to the second, of about so many bytes. */
function* runsOf(texts: readonly string[], runBytes: number): Generator<[number, number]> {
  let first = 0;
  let bytes = 0;
  for (const [record, text] of texts.entries()) {
    bytes += Buffer.byteLength(text);
    if (bytes < runBytes && record + 1 < texts.length) continue;
    yield [first, record + 1];
    first = record + 1;
    bytes = 0;
  }
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
