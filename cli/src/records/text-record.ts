// A record as it is read from a source: its text, and where it stands, for messages.
import { type Buffer } from "node:buffer";
import { UserError } from "../errors.ts";

export interface TextRecord {
  readonly text: string;
  /** File and line, row or paragraph. */
  readonly where: string;
}

/** How records are found in a source. */
export interface ReadOptions {
  /** Column or field of the text; by default `text`, or the only one with texts. */
  readonly column?: string | undefined;
  /** What of a text file is one record. */
  readonly split: Split;
}

export const SPLITS = ["paragraph", "line", "file"] as const;
export type Split = (typeof SPLITS)[number];

/** The column that texts are taken from by default. */
const USUAL_COLUMN = "text";

/**
 * The column of the texts.
 * @param columns those of the file that hold text
 * @throws UserError that lists them if none follows
 */
export function textColumn(columns: readonly string[], wanted: string | undefined, file: string): string {
  const [only] = columns;
  const column = wanted ?? (columns.includes(USUAL_COLUMN) ? USUAL_COLUMN : columns.length === 1 ? only : undefined);
  if (column !== undefined && columns.includes(column)) return column;
  const listed = columns.length === 0 ? "it has no column of texts" : `it has ${columns.join(", ")}`;
  throw new UserError(
    column === undefined
      ? `${file}: which column is the text? ${listed}; name one with --column`
      : `${file}: no column "${column}" of texts; ${listed}`,
  );
}

/** @throws UserError if the bytes are not UTF-8 */
export function utf8(bytes: Buffer, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${where}: not UTF-8; convert it, for instance with iconv`);
  }
}
