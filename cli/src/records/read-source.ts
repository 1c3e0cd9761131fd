// All records of a source: a file, or the files of a folder, in the order of their names.
import { readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { UserError } from "../errors.ts";
import { csvRecords } from "./csv-records.ts";
import { jsonlRecords } from "./jsonl-records.ts";
import { parquetRecords } from "./parquet-records.ts";
import { textFileRecords } from "./text-file-records.ts";
import type { ReadOptions, TextRecord } from "./text-record.ts";

type Reader = (file: string, options: ReadOptions) => AsyncIterable<TextRecord> | Iterable<TextRecord>;

/** By the ends of their names. */
const READERS: Readonly<Record<string, Reader>> = {
  ".txt": textFileRecords,
  ".md": textFileRecords,
  ".csv": csvRecords,
  ".tsv": csvRecords,
  ".jsonl": jsonlRecords,
  ".ndjson": jsonlRecords,
  ".parquet": parquetRecords,
};
export const KNOWN_ENDS = Object.keys(READERS);

export interface Source {
  readonly files: readonly string[];
  /** Files of a folder whose names end otherwise, and links. */
  readonly passedOver: readonly string[];
}

/** The files of a source. @throws UserError if there is none that can be read */
export function openSource(path: string): Source {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UserError(`${path}: there is no such file or folder`);
  if (found.isFile()) {
    if (readerOf(path) === undefined)
      throw new UserError(`${path}: not known by its name; files end with ${KNOWN_ENDS.join(", ")}`);
    return { files: [path], passedOver: [] };
  }
  if (!found.isDirectory()) throw new UserError(`${path} is neither a file nor a folder`);
  const files: string[] = [];
  const passedOver: string[] = [];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => [join(entry.parentPath, entry.name), entry] as const);
  for (const [name, entry] of names.sort(([a], [b]) => (a < b ? -1 : 1)))
    (entry.isFile() && readerOf(name) !== undefined ? files : passedOver).push(name);
  if (files.length === 0) throw new UserError(`${path} has no file that ends with ${KNOWN_ENDS.join(", ")}`);
  return { files, passedOver };
}

/** Reads one file after the other. @throws UserError naming the file and the line, row or column that is wrong */
export async function* readRecords({ files }: Source, options: ReadOptions): AsyncGenerator<TextRecord> {
  for (const file of files) yield* readerOf(file)!(file, options);
}

function readerOf(file: string): Reader | undefined {
  return READERS[extname(file).toLowerCase()];
}
