// Tests of finding spans: against a search of every run in every record, and of what a match claims.
import { canonicalText } from "@tributary/protocol/canonical-text";
import { expect } from "chai";
import fc from "fast-check";
import { trainTokenizer } from "../model/tokenizer.ts";
import { findSpans, MOST_ANSWER_BYTES, type Span } from "./find-spans.ts";
import { prefixRanges } from "./prefix-ranges.ts";
import { buildSpanIndex } from "./span-index.ts";

const tokenizer = trainTokenizer(["the cat and the hat sat there", "abab baba abba aaaa aaaa", "naïve 漢字 漢字"], 300);

const bytesOf = (text: string): Buffer => Buffer.from(text, "utf8");
const textsOf = (units: readonly string[], most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...units), { minLength: 1, maxLength: most, size: "max" })
    .map((parts) => canonicalText(parts.join("")));

/** Kinds of text: few letters, words, characters of one to four bytes, white space that the tokenizer takes apart, and one repeated letter. */
const UNITS = [
  ["a", "b", " "],
  ["the", " cat", " hat", "s", ", ", ". ", " and", "1", "2"],
  ["é", "è", "漢", "字", "漢字", "🙂", "🙃", " ", "a", "\u0301", "—"],
  ["a", " ", "\ufeff", "\u0007", "ab"],
  ["a"],
];

const CASES = fc.constantFrom(...UNITS).chain((units) =>
  fc.record({
    records: fc.array(
      textsOf(units, 30).filter((text) => text !== ""),
      { maxLength: 6 },
    ),
    answer: textsOf(units, 40),
    minBytes: fc.integer({ min: 1, max: 6 }),
    listed: fc.integer({ min: 1, max: 3 }),
  }),
);

/** Where a list of tokens stands in another. */
function placesIn(tokens: readonly number[], run: readonly number[]): number[] {
  return tokens.flatMap((_, at) => (run.every((token, i) => tokens[at + i] === token) ? [at] : []));
}

interface NaiveRun {
  start: number;
  end: number;
  occurrences: number;
}

/** Every run of the answer's tokens that occurs, and can have no token more, as the characters that it surely holds. */
function naiveRuns(records: readonly string[], answer: string, minBytes: number): NaiveRun[] {
  const query = tokenizer.encode(answer);
  const lists = records.map((text) => tokenizer.encode(text));
  const count = (from: number, to: number): number =>
    lists.reduce((sum, list) => sum + placesIn(list, query.slice(from, to)).length, 0);
  const width = (to: number): number =>
    query.slice(0, to).reduce((sum, token) => sum + tokenizer.bytesOf(token).length, 0);
  const bytes = bytesOf(` ${answer}`);
  const runs: NaiveRun[] = [];
  for (let from = 0; from < query.length; from++) {
    for (let to = from + 1; to <= query.length; to++) {
      const occurrences = count(from, to);
      if (occurrences === 0) break;
      if ((from > 0 && count(from - 1, to) > 0) || (to < query.length && count(from, to + 1) > 0)) continue;
      let [start, end] = [width(from), width(to)];
      if (bytes[start] === 0x20) start++;
      while (start < end && (bytes[start]! & 0xc0) === 0x80) start++;
      while (end > start && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
      if (end - start >= minBytes) runs.push({ start: start - 1, end: end - 1, occurrences });
    }
  }
  return runs;
}

const isWithin = (inner: { start: number; end: number }, outer: { start: number; end: number }): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

/** Fails unless each match holds the same characters in answer and record, and the next ones on both sides differ. */
function expectMatches(span: Span, records: readonly string[], answer: string): void {
  const whole = bytesOf(answer);
  for (const { record, recordStart, start, end } of span.matches) {
    const text = bytesOf(records[record]!);
    const shared = whole.subarray(start, end);
    const recordEnd = recordStart + shared.length;
    expect(text.subarray(recordStart, recordEnd).equals(shared)).to.equal(true);
    const before = [whole, text].map((bytes, i) => [...bytes.toString("utf8", 0, [start, recordStart][i])].at(-1));
    const after = [whole, text].map((bytes, i) => [...bytes.toString("utf8", [end, recordEnd][i])][0]);
    expect(before[0] === before[1] && before[0] !== undefined, "one character more before").to.equal(false);
    expect(after[0] === after[1] && after[0] !== undefined, "one character more after").to.equal(false);
    expect(shared.toString("utf8")).not.to.include("\ufffd");
  }
}

describe("findSpans", () => {
  it("finds what a search of every run in every record finds, and matches are exact and cannot be widened", () => {
    fc.assert(
      fc.property(CASES, ({ records, answer, minBytes, listed }) => {
        const index = buildSpanIndex(records, tokenizer);
        const spans = findSpans(index, answer, { minBytes, records: listed });
        const runs = naiveRuns(records, answer, minBytes);
        for (const run of runs) expect(spans.some((span) => isWithin(run, span))).to.equal(true);
        for (const span of spans) {
          const own = runs.filter((run) => isWithin(run, span));
          expect(own.map(({ occurrences }) => occurrences)).to.include(span.occurrences);
          expect(span.text).to.equal(bytesOf(answer).toString("utf8", span.start, span.end));
          expect(spans.filter((other) => isWithin(span, other))).to.deep.equal([span]);
          expect(span.matches).to.have.length.within(1, Math.min(listed, span.occurrences));
          expect(new Set(span.matches.map(({ record }) => record)).size).to.equal(span.matches.length);
          expect(span).to.include({ start: span.matches[0]!.start, end: span.matches[0]!.end });
          const widths = span.matches.map(({ start, end }) => end - start);
          expect(widths).to.deep.equal([...widths].sort((a, b) => b - a));
          expectMatches(span, records, answer);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it("finds the same where the vocabulary is too large to count pairs of tokens", () => {
    fc.assert(
      fc.property(CASES, ({ records, answer, minBytes, listed }) => {
        const index = buildSpanIndex(records, tokenizer);
        const ranges = prefixRanges(index.tokens, 5_000);
        expect([index.ranges.depth, ranges.depth]).to.deep.equal([2, 1]);
        const search = { minBytes, records: listed };
        expect(findSpans({ ...index, ranges }, answer, search)).to.deep.equal(findSpans(index, answer, search));
      }),
      { numRuns: 100 },
    );
  });

  it("misses no run of whole words, whatever the tokenizer makes of them", () => {
    const words = fc.constantFrom("the", "cat", "hats", "naïve", "漢字", "42", "and,", "“so”", "end.");
    const sentence = (most: number) => fc.array(words, { minLength: 1, maxLength: most, size: "max" });
    fc.assert(
      fc.property(fc.array(sentence(20), { minLength: 1, maxLength: 5 }), sentence(15), (records, answer) => {
        const index = buildSpanIndex(
          records.map((record) => record.join(" ")),
          tokenizer,
        );
        const spans = findSpans(index, answer.join(" "), { minBytes: 1, records: 1 });
        for (let from = 0; from < answer.length; from++) {
          for (let to = from + 1; to <= answer.length; to++) {
            const run = answer.slice(from, to).join(" ");
            if (!records.some((record) => ` ${record.join(" ")} `.includes(` ${run} `))) break;
            const start = bytesOf(answer.slice(0, from).join(" ")).length + (from > 0 ? 1 : 0);
            const range = { start, end: start + bytesOf(run).length };
            expect(
              spans.some((span) => isWithin(range, span)),
              run,
            ).to.equal(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("finds nothing across the border of two records", () => {
    const index = buildSpanIndex(["the cat sat", "there and then"], tokenizer);
    const spans = findSpans(index, "the cat sat there and then", { minBytes: 4, records: 2 });
    expect(spans.map(({ text }) => text)).to.deep.equal(["the cat sat", "there and then"]);
  });

  it("searches the answer's canonical text", () => {
    const index = buildSpanIndex(["the naïve cat sat"], tokenizer);
    const [span] = findSpans(index, "  so the\n\nnai\u0308ve   cat", { minBytes: 4, records: 1 });
    expect(span).to.include({ text: "the naïve cat", start: 3, end: 17 });
    expect(span?.matches).to.deep.equal([{ record: 0, recordStart: 0, start: 3, end: 17 }]);
  });

  it("counts all occurrences, and lists a record once", () => {
    const index = buildSpanIndex(["cat hat cat hat", "a cat hat", "cat"], tokenizer);
    const [span] = findSpans(index, "cat hat", { minBytes: 4, records: 3 });
    expect(span?.occurrences).to.equal(3);
    expect(span?.matches.map(({ record }) => record).sort()).to.deep.equal([0, 1]);
  });

  it("says where it looked at some of a span's occurrences alone, and finds the longest match among those", () => {
    const often = Array.from({ length: 9 }, () => "cat hat");
    const search = { minBytes: 4, records: 1 };
    for (const [texts, sampled] of [
      [often.slice(1), false],
      [often, true],
    ] as const)
      // prettier-ignore
      expect(findSpans(buildSpanIndex(texts, tokenizer), "cat hat", search)[0]).to.include({
        occurrences: texts.length,
        sampled,
      });
  });

  it("finds nothing in an empty answer, and nothing in no records", () => {
    const search = { minBytes: 1, records: 1 };
    expect(findSpans(buildSpanIndex(["the cat"], tokenizer), " \n ", search)).to.deep.equal([]);
    expect(findSpans(buildSpanIndex([], tokenizer), "the cat", search)).to.deep.equal([]);
  });

  it("refuses an answer that is too long, and one that is no text", () => {
    const index = buildSpanIndex(["the cat"], tokenizer);
    expect(() => findSpans(index, "a".repeat(MOST_ANSWER_BYTES + 1))).to.throw(String(MOST_ANSWER_BYTES + 1));
    expect(() => findSpans(index, "\ud800")).to.throw("lone surrogate");
  });
});
