// Keeps what was contributed: texts, by which records are shown, and their hashes, by which watchers check indexes without seeing a text.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Hex, toHex } from "viem";
import type { Batch } from "./batches.ts";
import { recordHash } from "./content.ts";

/** Bytes that are gathered for one write. */
const BLOCK = 1 << 20;

export class ContentFolder {
  readonly #texts: string;
  readonly #hashes: string;
  /** Lines of files that texts were looked up in. */
  readonly #read = new Map<Hex, string[]>();

  constructor(folder: string) {
    this.#texts = join(folder, "texts");
    this.#hashes = join(folder, "hashes");
  }

  /** Writes both files of a contribution, each whole or not at all, and so that they last. @returns them */
  keep({ root, texts, hashes }: Batch): string[] {
    const files = [this.textsOf(root.hash), this.hashesOf(root.hash)] as const;
    for (const folder of [this.#texts, this.#hashes]) mkdirSync(folder, { recursive: true });
    writeLines(files[0], texts, (text) => JSON.stringify({ text }));
    writeLines(files[1], hashes, (hash) => toHex(hash));
    return [...files];
  }

  /** Removes the texts of a contribution; their hashes stay. @returns whether there were any */
  erase(root: Hex): boolean {
    const file = this.textsOf(root);
    const isThere = existsSync(file);
    rmSync(file, { force: true });
    return isThere;
  }

  /** The text of a record that is kept here, if it has the hash. */
  textAt(root: Hex, record: number, hash: Hex): string | undefined {
    let lines = this.#read.get(root);
    if (lines === undefined) {
      const file = this.textsOf(root);
      lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      this.#read.set(root, lines);
    }
    try {
      const { text } = JSON.parse(lines[record] ?? "") as { text: string };
      return toHex(recordHash(text)) === hash ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** A JSON object `{"text": …}` per record, in their order. */
  textsOf(root: Hex): string {
    return join(this.#texts, `${root}.jsonl`);
  }

  /** A hash per record, in their order. */
  hashesOf(root: Hex): string {
    return join(this.#hashes, `${root}.txt`);
  }
}

function writeLines<Value>(file: string, values: readonly Value[], lineOf: (value: Value) => string): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(unfinished, "w", 0o600);
  try {
    let block = "";
    for (const value of values) {
      block += `${lineOf(value)}\n`;
      if (block.length < BLOCK) continue;
      writeSync(descriptor, block);
      block = "";
    }
    writeSync(descriptor, block);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
}
