// Records of a Parquet file, a record to a row, read one row group at a time.
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { UserError } from "../errors.ts";
import { type ReadOptions, textColumn, type TextRecord } from "./text-record.ts";

/** @throws UserError that says why the file cannot be read, or names the row that has no text */
export async function* parquetRecords(path: string, { column: wanted }: ReadOptions): AsyncGenerator<TextRecord> {
  const file = await asyncBufferFromFile(path);
  const metadata = await readable(path, () => parquetMetadataAsync(file));
  const columns = topColumns(metadata);
  const ofText = columns.filter(isText).map(({ name }) => name);
  const column = textColumn(
    columns.map(({ name }) => name),
    ofText,
    wanted,
    path,
  );
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count);
    const range = { rowStart, rowEnd };
    const rows = await readable(path, () => parquetReadObjects({ file, metadata, columns: [column], ...range }));
    for (const [i, row] of rows.entries()) {
      const where = `${path} row ${rowStart + i}`;
      const text: unknown = row[column];
      if (text === null || text === undefined) yield { text: "", where };
      // The library puts it in place of what is no UTF-8, and does not say so.
      else if (typeof text === "string" && text.includes("\ufffd"))
        throw new UserError(`${where}: not UTF-8, or a replacement character (U+FFFD) in it`);
      else if (typeof text === "string") yield { text, where };
      else throw new UserError(`${where}: no text in the column "${column}"`);
    }
    rowStart = rowEnd;
  }
}

type Column = FileMetaData["schema"][number];

/** Columns at the top, those that hold others too. */
function topColumns({ schema: [, ...elements] }: FileMetaData): Column[] {
  const columns: Column[] = [];
  let left = 0;
  for (const element of elements) {
    const children = element.num_children ?? 0;
    if (left > 0) left += children - 1;
    else {
      columns.push(element);
      left = children;
    }
  }
  return columns;
}

/** Whether it is marked as text. */
function isText({ type, converted_type, logical_type }: Column): boolean {
  return type === "BYTE_ARRAY" && (converted_type === "UTF8" || logical_type?.type === "STRING");
}

async function readable<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw new UserError(
      `${path}: ${(error as Error).message}; no Parquet file that can be read (uncompressed, or by Snappy)`,
    );
  }
}
