// Measures finding the spans of 1,000-byte answers in real text: the time to build the index, its size, and the time of a query.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { canonicalText } from "@tributary/protocol/canonical-text";
import { SHIPPED_BASE } from "../src/commands/files.ts";
import { loadBase } from "../src/model/checkpoint.ts";
import { createRandom } from "../src/numerics/random.ts";
import { findSpans, type Span } from "../src/spans/find-spans.ts";
import { loadSpanIndex, saveSpanIndex } from "../src/spans/span-file.ts";
import { buildSpanIndex } from "../src/spans/span-index.ts";
import { collectRealText } from "./real-text.ts";

/** What the measurement must reach for the command to end with 0. */
const MOST_MILLISECONDS = 10;
const MOST_BYTES_PER_TOKEN = 7;

const ANSWER_BYTES = 1_000;
/** Of each kind of answer. */
const ANSWERS = 200;
const WARM_UP = 20;
const SEED = 1;

const { values: options } = parseArgs({
  options: { bytes: { type: "string", default: "100000000" }, json: { type: "boolean", default: false } },
});
const wanted = Number(options.bytes);
if (!Number.isInteger(wanted) || wanted < 100_000 || wanted > 150_000_000) {
  console.error(`--bytes ${options.bytes}: give a number from 100000 to 150000000`);
  process.exit(2);
}

const isTerminal = process.stderr.isTTY;
let shownAt = 0;
function progress(text: string): void {
  if (isTerminal) process.stderr.write(`\r\x1b[K${text}`);
  else if (Date.now() - shownAt > 5_000) process.stderr.write(`${text}\n`);
  if (Date.now() - shownAt > 5_000) shownAt = Date.now();
}

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

/** At most 1,000 bytes of whole characters, in canonical form. */
function cut(text: string): string {
  return canonicalText(
    Buffer.from(canonicalText(text))
      .subarray(0, ANSWER_BYTES)
      .toString("utf8")
      .replace(/\ufffd$/, ""),
  );
}

/** Answers that are put together from pieces of records, and answers from documents of which nothing is indexed. */
function makeAnswers(records: readonly string[], unseen: readonly string[]): { copied: string[]; other: string[] } {
  const random = createRandom(SEED, "answers");
  const piece = (): string => {
    const text = records[random.below(records.length)]!;
    const length = 20 + random.below(100);
    const from = random.below(Math.max(1, text.length - length));
    return text.slice(from, from + length).toWellFormed();
  };
  const long = unseen.filter((text) => text.length > 2 * ANSWER_BYTES);
  const passage = (): string => {
    const text = long[random.below(long.length)]!;
    const from = random.below(text.length - ANSWER_BYTES);
    return text.slice(from, from + ANSWER_BYTES).toWellFormed();
  };
  const many = <T>(make: () => T): T[] => Array.from({ length: ANSWERS }, make);
  return {
    copied: many(() => cut(Array.from({ length: 50 }, piece).join(" "))),
    other: many(() => cut(passage())),
  };
}

/** Fails unless every match stands in its record as it does in the answer. */
function check(records: readonly string[], answer: string, spans: readonly Span[]): void {
  const whole = Buffer.from(answer);
  for (const { record, recordStart, start, end } of spans.flatMap(({ matches }) => matches)) {
    const text = Buffer.from(records[record]!).subarray(recordStart, recordStart + end - start);
    if (!text.equals(whole.subarray(start, end)))
      throw new Error(`record ${record} does not hold bytes ${start} to ${end} of “${answer}”`);
  }
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
}

const folder = mkdtempSync(join(tmpdir(), "tributary-bench-"));
try {
  const text = collectRealText(wanted, (bytes) => progress(`${Math.floor(bytes / 1e6)} MB of text`));
  const { records } = text;
  const answers = makeAnswers(records, text.unseen);
  const { tokenizer } = loadBase(SHIPPED_BASE);
  const [built, buildMs] = timed(() =>
    buildSpanIndex(records, tokenizer, (done, total) => progress(`building ${Math.floor((100 * done) / total)} %`)),
  );
  const path = join(folder, "records.spans");
  const [bytes, saveMs] = timed(() => saveSpanIndex(path, built));
  const [index, loadMs] = timed(() => loadSpanIndex(path));
  for (const answer of answers.copied.slice(0, WARM_UP)) findSpans(index, answer);
  const measure = (list: readonly string[]) => {
    const runs = list.map((answer) => timed(() => findSpans(index, answer)));
    runs.forEach(([spans], i) => check(records, list[i]!, spans));
    const times = runs.map(([, ms]) => ms);
    const spans = runs.reduce((sum, [found]) => sum + found.length, 0) / runs.length;
    return {
      median_ms: round(quantile(times, 0.5)),
      p95_ms: round(quantile(times, 0.95)),
      most_ms: round(quantile(times, 1)),
      spans: round(spans),
    };
  };
  if (isTerminal) process.stderr.write("\r\x1b[K");
  const figures = {
    text_bytes: text.bytes,
    prose_bytes: text.proseBytes,
    records: records.length,
    tokens: index.suffixes.length,
    build_s: round(buildMs / 1_000),
    save_s: round(saveMs / 1_000),
    load_s: round(loadMs / 1_000),
    index_bytes: bytes,
    bytes_per_token: round(bytes / index.suffixes.length),
    peak_memory_bytes: 1_024 * process.resourceUsage().maxRSS,
    copied: measure(answers.copied),
    other: measure(answers.other),
  };
  const row = (name: string, { median_ms, p95_ms, most_ms, spans }: typeof figures.copied): string =>
    `${name.padEnd(36)}median ${median_ms} ms, 95 % within ${p95_ms} ms, most ${most_ms} ms; ${spans} spans an answer`;
  console.log(
    [
      `${text.bytes} bytes of real text, ${text.proseBytes} of them prose, the rest packages' documentation and sources: ${records.length} records, ${figures.tokens} tokens`,
      `build ${figures.build_s} s, write ${figures.save_s} s, read and check ${figures.load_s} s, peak memory ${Math.round(figures.peak_memory_bytes / 2 ** 20)} MiB`,
      `index ${bytes} bytes, ${figures.bytes_per_token} a token`,
      `${ANSWERS} answers of ${ANSWER_BYTES} bytes each, after ${WARM_UP} to warm up:`,
      row("  put together from pieces of records", figures.copied),
      row("  from documents not indexed", figures.other),
    ].join("\n"),
  );
  const isReached =
    figures.bytes_per_token <= MOST_BYTES_PER_TOKEN &&
    Math.max(figures.copied.p95_ms, figures.other.p95_ms) <= MOST_MILLISECONDS;
  if (!isReached) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify(figures));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
