// Records of a CSV file with a head line, a record to a row (RFC 4180).
import { createReadStream } from "node:fs";
import { CsvError, parse } from "csv-parse";
import { UserError } from "../errors.ts";
import { type ReadOptions, textColumn, type TextRecord } from "./text-record.ts";

/** @throws UserError naming the line that is malformed, or the columns if none is the text */
export async function* csvRecords(file: string, { column }: ReadOptions): AsyncGenerator<TextRecord> {
  const parser = parse({ bom: true, skip_empty_lines: true, delimiter: file.endsWith(".tsv") ? "\t" : "," });
  const source = createReadStream(file).on("error", (error) => parser.destroy(error));
  // Bytes that are no UTF-8 would be replaced silently.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const check = (chunk?: Buffer): void => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      parser.destroy(new UserError(`${file}: not UTF-8, or cut off; convert it, for instance with iconv`));
    }
  };
  source.on("data", (chunk) => {
    check(chunk as Buffer);
  });
  // A file may end within a character.
  source.once("end", () => {
    check();
  });
  source.pipe(parser);
  let place: number | undefined;
  let row = 0;
  try {
    for await (const record of parser as AsyncIterable<readonly string[]>) {
      if (place === undefined) place = record.indexOf(textColumn(record, record, column, file));
      // Rows below the head are counted: a quoted text may have several lines.
      else yield { text: record[place]!, where: `${file} row ${++row}` };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${file} line ${String((error as CsvError & { lines?: number }).lines)}: ${error.message}`);
  } finally {
    source.destroy();
  }
  if (place === undefined) throw new UserError(`${file} is empty: a CSV file begins with the names of its columns`);
}
