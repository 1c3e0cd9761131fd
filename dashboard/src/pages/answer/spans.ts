// Runs of words that two texts have in common, word for word.

/** A run in a text: offsets of its first character and behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Fewer words in common are chance. */
export const LEAST_WORDS = 3;

interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The longest runs of at least {@link LEAST_WORDS} words of `text` that stand in `other` too, case and punctuation aside; they do not overlap. */
export function commonSpans(text: string, other: string): Span[] {
  const [words, others] = [wordsOf(text), wordsOf(other)];
  const starts = new Map<string, number[]>();
  for (let at = 0; at + LEAST_WORDS <= others.length; at++) {
    const key = keyAt(others, at);
    const known = starts.get(key);
    if (known === undefined) starts.set(key, [at]);
    else known.push(at);
  }
  const spans: Span[] = [];
  for (let at = 0; at + LEAST_WORDS <= words.length;) {
    const longest = Math.max(
      0,
      ...(starts.get(keyAt(words, at)) ?? []).map((start) => runOf(words, at, others, start)),
    );
    if (longest > 0) spans.push({ from: words[at]!.from, to: words[at + longest - 1]!.to });
    at += Math.max(1, longest);
  }
  return spans;
}

/** Spans of several comparisons as one list without overlaps. */
export function joined(spans: readonly Span[]): Span[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

function runOf(words: readonly Word[], at: number, others: readonly Word[], start: number): number {
  let length = 0;
  while (words[at + length] !== undefined && words[at + length]!.text === others[start + length]?.text) length++;
  return length;
}

function keyAt(words: readonly Word[], at: number): string {
  return words
    .slice(at, at + LEAST_WORDS)
    .map(({ text }) => text)
    .join(" ");
}

function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(/[\p{L}\p{N}]+/gu), (match) => {
    return { text: match[0].toLowerCase(), from: match.index, to: match.index + match[0].length };
  });
}
