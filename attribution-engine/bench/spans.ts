// Measures finding the spans of 1,000-byte answers in real text: the time to build the index, its size, and the time of a query.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { canonicalText } from "@tributary/protocol/canonical-text";
import { SHIPPED_BASE } from "../src/commands/files.ts";
import { loadBase } from "../src/model/checkpoint.ts";
import { createRandom } from "../src/numerics/random.ts";
import { findSpans, type Span } from "../src/spans/find-spans.ts";
import { loadSpanIndex, saveSpanIndex } from "../src/spans/span-file.ts";
import { buildSpanIndex, type SpanIndex } from "../src/spans/span-index.ts";
import { readBenchOptions } from "./options.ts";
import { collectRealText } from "./real-text.ts";

/** What the measurement must reach for the command to end with 0: the 95th percentile of CPU time, and the file's size. */
const MOST_MILLISECONDS = 10;
const MOST_BYTES_PER_TOKEN = 7;

const ANSWER_BYTES = 1_000;
/** Of each kind of answer. */
const ANSWERS = 200;
const WARM_UP = 20;
const SEED = 1;

const USAGE = `usage: npm run bench:spans -- [--json] [--bytes <n>]

  --bytes  of real text to index, from 100000 to 150000000 (100000000)
`;

const OPTIONS = {
  bytes: { type: "string", default: "100000000" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} satisfies ParseArgsOptionsConfig;
const options = readBenchOptions(() => parseArgs({ options: OPTIONS }).values, USAGE);
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

interface Timing {
  wall: number;
  /** Of all threads of this process: what the wall shows on a machine with nothing else to do. */
  cpu: number;
}

/** Runs the work; times in milliseconds. */
function timed<T>(work: () => T): [T, Timing] {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return [result, { wall, cpu: (user + system) / 1_000 }];
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

/** Builds the index and writes it; only the file outlives this. */
function build(records: readonly string[], path: string) {
  const { tokenizer } = loadBase(SHIPPED_BASE);
  const [index, building] = timed(() =>
    buildSpanIndex(records, tokenizer, (done, total) => progress(`building ${Math.floor((100 * done) / total)} %`)),
  );
  const [bytes, saving] = timed(() => saveSpanIndex(path, index));
  return { bytes, building, saving };
}

function measure(index: SpanIndex, records: readonly string[], answers: readonly string[]) {
  const runs = answers.map((answer) => timed(() => findSpans(index, answer)));
  runs.forEach(([spans], i) => check(records, answers[i]!, spans));
  const figures = (clock: keyof Timing) => {
    const times = runs.map(([, timing]) => timing[clock]);
    return { median: round(quantile(times, 0.5)), p95: round(quantile(times, 0.95)), most: round(quantile(times, 1)) };
  };
  return {
    cpu_ms: figures("cpu"),
    wall_ms: figures("wall"),
    spans: round(runs.reduce((sum, [spans]) => sum + spans.length, 0) / runs.length),
  };
}

function row(name: string, { cpu_ms, wall_ms, spans }: ReturnType<typeof measure>): string {
  const times = ({ median, p95, most }: typeof cpu_ms): string => `${median} / ${p95} / ${most} ms`;
  return `  ${name}: ${times(cpu_ms)} of CPU, ${times(wall_ms)} by the clock; ${spans} spans an answer`;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

const folder = mkdtempSync(join(tmpdir(), "tributary-bench-"));
try {
  const text = collectRealText(wanted, (bytes) => progress(`${Math.floor(bytes / 1e6)} MB of text`));
  const { records } = text;
  const answers = makeAnswers(records, text.unseen);
  const path = join(folder, "records.spans");
  const { bytes, building, saving } = build(records, path);
  const [index, loading] = timed(() => loadSpanIndex(path));
  for (const answer of answers.copied.slice(0, WARM_UP)) findSpans(index, answer);
  if (isTerminal) process.stderr.write("\r\x1b[K");
  const tokens = index.suffixes.length;
  const figures = {
    text_bytes: text.bytes,
    prose_bytes: text.proseBytes,
    records: records.length,
    tokens,
    build_cpu_s: round(building.cpu / 1_000),
    build_s: round(building.wall / 1_000),
    save_s: round(saving.wall / 1_000),
    load_s: round(loading.wall / 1_000),
    index_bytes: bytes,
    bytes_per_token: round(bytes / tokens),
    peak_memory_bytes: 1_024 * process.resourceUsage().maxRSS,
    copied: measure(index, records, answers.copied),
    other: measure(index, records, answers.other),
  };
  const lines = [
    `${text.bytes} bytes of real text, ${text.proseBytes} of them prose, the rest packages' documentation and sources: ${records.length} records`,
    `build ${figures.build_s} s (${figures.build_cpu_s} s of CPU), write ${figures.save_s} s, read and check ${figures.load_s} s, peak memory ${Math.round(figures.peak_memory_bytes / 2 ** 20)} MiB`,
    `index ${bytes} bytes for ${tokens} tokens: ${figures.bytes_per_token} each`,
    `${ANSWERS} answers of ${ANSWER_BYTES} bytes of each kind; median, 95th percentile, most:`,
    row("put together from pieces of records", figures.copied),
    row("from documents not indexed", figures.other),
  ];
  console.log(lines.join("\n"));
  const slowest = Math.max(figures.copied.cpu_ms.p95, figures.other.cpu_ms.p95);
  if (figures.bytes_per_token > MOST_BYTES_PER_TOKEN || slowest > MOST_MILLISECONDS) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify(figures));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
