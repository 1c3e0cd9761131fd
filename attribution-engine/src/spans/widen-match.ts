// Widens a match of whole tokens to the characters around it that agree as well.
import { START_TOKEN } from "../model/tokenizer.ts";
import type { SpanIndex } from "./span-index.ts";

const SPACE = 0x20;

/** Bytes from `start` up to `end` of a text that has a space before it, which is how the tokenizer takes every text. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range of an answer around `run`, some whole tokens of it, that also stands in a record around position `at` of the index's tokens, where the same
 * tokens are. It begins and ends between characters, and has no part of the space before either text.
 * @param text the answer's UTF-8 after a space
 * @param tokens the run's number of tokens
 */
export function widenMatch(index: SpanIndex, text: Uint8Array, run: ByteRange, at: number, tokens: number): ByteRange {
  const before = agreementBefore(index, text, run.start, at);
  const end = run.end + agreementAfter(index, text, run.end, at + tokens);
  let start = run.start - before.bytes;
  // The first byte of an answer or a record is the space that is not its own.
  if (start === 0 || before.isWholeRecord) start++;
  return betweenCharacters(text, { start, end });
}

/** The range without a space at its beginning and without parts of characters at its ends. */
export function ownText(text: Uint8Array, { start, end }: ByteRange): ByteRange {
  return betweenCharacters(text, { start: text[start] === SPACE ? start + 1 : start, end });
}

/** How many bytes before `start` of the text agree with those before position `at`, and whether these go back to the record's beginning. */
function agreementBefore({ tokens, tokenizer }: SpanIndex, text: Uint8Array, start: number, at: number) {
  let left = start;
  for (let position = at - 1; tokens[position] !== START_TOKEN; position--) {
    const bytes = tokenizer.bytesOf(tokens[position]!);
    for (let i = bytes.length - 1; i >= 0; i--) {
      if (left === 0 || text[left - 1] !== bytes[i]) return { bytes: start - left, isWholeRecord: false };
      left--;
    }
  }
  return { bytes: start - left, isWholeRecord: true };
}

/** How many bytes from `end` of the text agree with those from position `at`. */
function agreementAfter({ tokens, tokenizer }: SpanIndex, text: Uint8Array, end: number, at: number): number {
  let right = end;
  for (let position = at; tokens[position] !== START_TOKEN; position++) {
    for (const byte of tokenizer.bytesOf(tokens[position]!)) {
      if (text[right] !== byte) return right - end;
      right++;
    }
  }
  return right - end;
}

function betweenCharacters(text: Uint8Array, range: ByteRange): ByteRange {
  let { start, end } = range;
  while (start < end && isContinuation(text[start])) start++;
  while (end > start && isContinuation(text[end])) end--;
  return { start, end };
}

/** Whether a byte goes on with a character that began before it. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
