// Reads and writes the Parquet tables of bundles: plain encoding, required columns, the same bytes for the same values.
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetRead,
  type DecodedArray,
  type FileMetaData,
} from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";

/** A column's type: `int32`, `int64`, or a number of bytes of fixed length (docs/formats.md §10.3). */
export type ColumnType = "int32" | "int64" | number;

/** The columns of a table, in order. */
export type TableSchema = Readonly<Record<string, ColumnType>>;

type Value<T extends ColumnType> = T extends "int32" ? number : T extends "int64" ? bigint : Uint8Array;

type Column<T extends ColumnType> = T extends "int32" ? Int32Array : T extends "int64" ? BigInt64Array : Uint8Array;

/** What row `i` has in each column. */
export type RowValues<S extends TableSchema> = { readonly [C in keyof S]: (i: number) => Value<S[C]> };

/** A table in memory; bytes of fixed length stand one behind another. */
export interface Table<S extends TableSchema> {
  readonly rows: number;
  readonly columns: { readonly [C in keyof S]: Column<S[C]> };
}

/** A table that is written part by part; the parts' sizes do not change the file. */
export interface TableWriter<S extends TableSchema> {
  append(rows: number, values: RowValues<S>): void;
  /** Ends the file and gives its row count. */
  close(): number;
}

const ROWS_PER_GROUP = 65536;

/** Starts a table at `path`. Errors of a value name the file, the row and the column. */
export function writeTable<S extends TableSchema>(path: string, schema: S): TableWriter<S> {
  const name = fileName(path);
  const names = Object.keys(schema);
  const parquet = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: "root", num_children: names.length },
      ...names.map((column) => ({
        name: column,
        repetition_type: "REQUIRED" as const,
        ...physicalType(schema[column]!),
      })),
    ],
    codec: "UNCOMPRESSED",
    statistics: false,
    createdBy: "tributary",
  });
  const pending = new Map<string, (number | bigint | Uint8Array)[]>(names.map((column) => [column, []]));
  let rows = 0;
  let waiting = 0;
  const flush = (): void => {
    if (waiting === 0) return;
    const columnData = names.map((column) => ({
      name: column,
      data: pending.get(column)! as DecodedArray,
      encoding: "PLAIN" as const,
      offsetIndex: false,
    }));
    void parquet.write({ columnData, rowGroupSize: ROWS_PER_GROUP });
    for (const column of names) pending.set(column, []);
    waiting = 0;
  };
  return {
    append(count, values) {
      for (let i = 0; i < count; i++) {
        for (const column of names) {
          const value = values[column]!(i);
          checkValue(value, schema[column]!, () => `${name} row ${rows + i}: ${column}`);
          pending.get(column)!.push(value);
        }
        if (++waiting === ROWS_PER_GROUP) flush();
      }
      rows += count;
    },
    close() {
      flush();
      void parquet.finish();
      return rows;
    },
  };
}

/** Reads a table that must have exactly these columns. Errors name the file and, where there is one, the row. */
export async function readTable<S extends TableSchema>(path: string, schema: S): Promise<Table<S>> {
  const name = fileName(path);
  const file = await asyncBufferFromFile(path);
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file);
  } catch (cause) {
    throw new Error(`${name}: not a Parquet file: ${(cause as Error).message}`, { cause });
  }
  checkSchema(metadata, schema, name);
  const rows = Number(metadata.num_rows);
  const columns: Record<string, Int32Array | BigInt64Array | Uint8Array> = {};
  for (const [column, type] of Object.entries(schema)) columns[column] = emptyColumn(type, rows);
  let first = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const filled = new Map<string, number>();
    try {
      await parquetRead({
        file,
        metadata,
        rowStart: first,
        rowEnd: first + count,
        utf8: false,
        onChunk({ columnName, columnData, rowStart }) {
          fill(
            columns[columnName]!,
            schema[columnName]!,
            columnData,
            rowStart,
            (row) => `${name} row ${row}: ${columnName}`,
          );
          filled.set(columnName, (filled.get(columnName) ?? 0) + columnData.length);
        },
      });
    } catch (cause) {
      throw new Error(`${name} rows ${first} to ${first + count - 1}: ${(cause as Error).message}`, { cause });
    }
    for (const column of Object.keys(schema)) {
      if (filled.get(column) !== count) {
        throw new Error(
          `${name} row ${first + (filled.get(column) ?? 0)}: ${column} ends before the group of ${count} rows`,
        );
      }
    }
    first += count;
  }
  if (first !== rows) throw new Error(`${name} row ${first}: the file states ${rows} rows`);
  return { rows, columns: columns as Table<S>["columns"] };
}

/** The length in bytes of a column of fixed length in the file at `path`, for tables whose sketches may have any size. */
export async function fixedLengthOf(path: string, column: string): Promise<number> {
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
  const element = metadata.schema.find(({ name }) => name === column);
  if (element?.type_length === undefined) throw new Error(`${fileName(path)}: no column ${column} of fixed length`);
  return element.type_length;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function physicalType(type: ColumnType) {
  if (type === "int32") return { type: "INT32" as const };
  if (type === "int64") return { type: "INT64" as const };
  return { type: "FIXED_LEN_BYTE_ARRAY" as const, type_length: type };
}

function checkValue(value: number | bigint | Uint8Array, type: ColumnType, what: () => string): void {
  if (type === "int32") {
    if (typeof value !== "number" || (value | 0) !== value)
      throw new RangeError(`${what()} ${String(value)} is not an int32`);
  } else if (type === "int64") {
    if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) {
      throw new RangeError(`${what()} ${String(value)} is not an int64`);
    }
  } else if (!(value instanceof Uint8Array) || value.length !== type) {
    throw new RangeError(`${what()} does not have ${type} bytes`);
  }
}

function checkSchema(metadata: FileMetaData, schema: TableSchema, name: string): void {
  const [, ...elements] = metadata.schema;
  const found = elements.map((element) => element.name).join(", ");
  const expected = Object.keys(schema).join(", ");
  if (found !== expected) throw new Error(`${name}: its columns are ${found}; expected ${expected}`);
  for (const element of elements) {
    const wanted: { type: string; type_length?: number } = physicalType(schema[element.name]!);
    if (
      element.type !== wanted.type ||
      element.type_length !== wanted.type_length ||
      element.repetition_type !== "REQUIRED"
    ) {
      throw new Error(
        `${name}: column ${element.name} is ${element.repetition_type} ${element.type}(${element.type_length}), not a required ${wanted.type}(${wanted.type_length})`,
      );
    }
  }
}

function emptyColumn(type: ColumnType, rows: number): Int32Array | BigInt64Array | Uint8Array {
  if (type === "int32") return new Int32Array(rows);
  if (type === "int64") return new BigInt64Array(rows);
  return new Uint8Array(rows * type);
}

function fill(
  column: Int32Array | BigInt64Array | Uint8Array,
  type: ColumnType,
  data: DecodedArray,
  rowStart: number,
  what: (row: number) => string,
): void {
  for (let i = 0; i < data.length; i++) {
    const value: unknown = data[i];
    const row = rowStart + i;
    if (type === "int32" && typeof value === "number") column[row] = value;
    else if (type === "int64" && typeof value === "bigint") (column as BigInt64Array)[row] = value;
    else if (typeof type === "number" && value instanceof Uint8Array && value.length === type) {
      (column as Uint8Array).set(value, row * type);
    } else throw new Error(`${what(row)} cannot be read`);
  }
}
