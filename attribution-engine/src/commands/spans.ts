// Stages `index-spans` and `find-spans`: what of an answer stands word for word in the records. It is evidence, neither paid for nor proven.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DEFAULT_SPAN_SEARCH, findSpans } from "../spans/find-spans.ts";
import { keepSpansIn } from "../spans/kept-spans.ts";
import { loadSpanIndex, saveSpanIndex } from "../spans/span-file.ts";
import { buildSpanIndex, type SpanIndex } from "../spans/span-index.ts";
import { describeSpans, isIndexOf, openSpanIndex } from "./evidence.ts";
import { FILES, textRecords, readCorpusFile } from "./files.ts";
import { baseOf } from "./model-files.ts";
import { inputFile, integerOf, type Stage, type StageContext } from "./stage.ts";

/** Folder of what is kept while an index is made, in the work folder. */
const PARTS = "span-parts";

export const indexSpansStage: Stage = {
  about: "index the records' texts, in which spans of answers are found as evidence",
  run(context) {
    const records = textRecords(readCorpusFile(context.work));
    const { tokenizer } = baseOf(context);
    const path = join(context.work, FILES.spans);
    const parts = join(context.work, PARTS);
    const before = existsSync(path) ? intactIndex(path) : undefined;
    const isThere =
      before !== undefined &&
      isIndexOf(before, records) &&
      isDeepStrictEqual(before.tokenizer.merges, tokenizer.merges);
    const index = isThere
      ? before
      : buildSpanIndex(
          records.map(({ text }) => text),
          tokenizer,
          context.onProgress,
          keepSpansIn(parts, tokenizer),
        );
    const bytes = isThere ? statSync(path).size : saveSpanIndex(path, index);
    rmSync(parts, { recursive: true, force: true });
    const tokens = index.suffixes.length;
    const bytesPerToken = Math.round((1_000 * bytes) / tokens) / 1_000;
    return Promise.resolve({ file: path, isNew: !isThere, records: records.length, tokens, bytes, bytesPerToken });
  },
};

export const findSpansStage: Stage = {
  about: "find what of an answer (--answer <file>, - for standard input) stands word for word in the records",
  run(context) {
    const { "min-bytes": minBytes, listed } = context.options;
    const search = {
      minBytes: minBytes === undefined ? DEFAULT_SPAN_SEARCH.minBytes : integerOf(minBytes, "--min-bytes"),
      records: listed === undefined ? DEFAULT_SPAN_SEARCH.records : integerOf(listed, "--listed"),
    };
    const answer = readAnswer(context);
    const records = textRecords(readCorpusFile(context.work));
    const index = openSpanIndex(context.work, records);
    return Promise.resolve({ spans: describeSpans(findSpans(index, answer, search), records) });
  },
};

function readAnswer({ options }: StageContext): string {
  const name = options.answer === "-" ? "-" : inputFile(options.answer, "--answer");
  const bytes = readFileSync(name === "-" ? process.stdin.fd : name);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`--answer ${name}: not UTF-8`, { cause });
  }
}

/** The index in the file, or undefined if it is damaged, which a stage that makes it anew need not tell. */
function intactIndex(path: string): SpanIndex | undefined {
  try {
    return loadSpanIndex(path);
  } catch {
    return undefined;
  }
}
