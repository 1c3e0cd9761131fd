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
export const USUAL_COLUMN = "text";

/**
 * The column of the texts.
 * @param columns all of the file; if there is one called `text`, no other is taken for it
 * @param ofText those that hold text
 * @throws UserError that lists them if none follows
 */
export function textColumn(
  columns: readonly string[],
  ofText: readonly string[],
  wanted: string | undefined,
  file: string,
): string {
  const usual = columns.includes(USUAL_COLUMN) ? USUAL_COLUMN : undefined;
  const column = wanted ?? usual ?? (ofText.length === 1 ? ofText[0] : undefined);
  if (column !== undefined && ofText.includes(column)) return column;
  const listed = ofText.length === 0 ? "it has no column of texts" : `it has ${ofText.join(", ")}`;
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
