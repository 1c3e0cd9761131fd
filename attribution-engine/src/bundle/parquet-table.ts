// Reads and writes the Parquet tables of bundles: plain encoding, required columns, the same bytes for the same values.
import { type FileHandle, open } from "node:fs/promises";
import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { DecodedArray, FileMetaData } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { type Group, layoutOf, pagesOf, readBytes, readFooter, ROWS_PER_GROUP, widthOf } from "./parquet-layout.ts";

/** A column's type: `int32`, `int64`, or a number of bytes of fixed length (docs/formats.md §10.3). */
export type ColumnType = "int32" | "int64" | number;

/** The columns of a table, in order. */
export type TableSchema = Readonly<Record<string, ColumnType>>;

type Value<T extends ColumnType> = T extends "int32" ? number : T extends "int64" ? bigint : Uint8Array;

type Column<T extends ColumnType> = T extends "int32" ? Int32Array : T extends "int64" ? BigInt64Array : Uint8Array;

type AnyColumn = Int32Array | BigInt64Array | Uint8Array;

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

/** The most that a table may have: bytes of values, and rows. */
interface TableLimits {
  readonly bytes: number;
  readonly rows: number;
}

/** What a table's reader makes of a row in a few columns, in numbers and lists on the heap. */
const HEAP_BYTES_PER_ROW = 128;
/** A table may take so much of the memory of the process: what is made of it takes about as much again, and something must be left. */
const MEMORY_SHARE = 3;

/** Coordinates, and so bytes, of the longest sketch. */
const MOST_SKETCH_BYTES = 4096;

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

/**
 * Reads a table that must have exactly these columns and rows, and be laid out as `writeTable` does it; before that is sure, nothing is decoded and no more than a
 * footer allocated. It takes no more memory than the file has bytes, and those of one column chunk.
 * @param rows that its manifest says, and where the reader knows it the chain
 * @param most bytes that its values may take, and rows that it may have
 * @throws Error that names the file and, where there is one, the row
 */
export async function readTable<S extends TableSchema>(
  path: string,
  schema: S,
  rows: number,
  most = tableLimits(),
): Promise<Table<S>> {
  const name = fileName(path);
  return withFooter(path, rows, most, async (file, metadata, end) => {
    checkSchema(metadata, schema, name);
    const groups = naming(name, () => layoutOf(metadata, schema, rows, end));
    const bytes = rows * Object.values(schema).reduce<number>((sum, type) => sum + widthOf(type), 0);
    if (bytes > most.bytes)
      throw new Error(`${name}: ${bytes} bytes of values are more than the ${most.bytes} that memory allows`);
    const columns = emptyColumns(schema, rows);
    let first = 0;
    for (const group of groups) {
      await readGroup({ file, name, schema, group, first }, columns, first);
      first += group.rows;
    }
    return { rows, columns: columns as Table<S>["columns"] };
  });
}

/**
 * Reads a table row group by row group, for those that are more than memory: like {@link readTable}, but it holds one row group at a time.
 * @param take told the place of a part's first row and the part, in order; the next part is read when it is done
 * @throws Error as `readTable`, and what `take` throws
 */
export async function readTableParts<S extends TableSchema>(
  path: string,
  schema: S,
  rows: number,
  take: (first: number, part: Table<S>) => Promise<void> | void,
): Promise<void> {
  const name = fileName(path);
  await withFooter(path, rows, { ...tableLimits(), rows: Infinity }, async (file, metadata, end) => {
    checkSchema(metadata, schema, name);
    let first = 0;
    for (const group of naming(name, () => layoutOf(metadata, schema, rows, end))) {
      const columns = emptyColumns(schema, group.rows);
      await readGroup({ file, name, schema, group, first }, columns, 0);
      await take(first, { rows: group.rows, columns: columns as Table<S>["columns"] });
      first += group.rows;
    }
  });
}

interface GroupPlace {
  readonly file: FileHandle;
  readonly name: string;
  readonly schema: TableSchema;
  readonly group: Group;
  /** Place of the group's first row in the table. */
  readonly first: number;
}

/** Reads a row group to the row `at` of the columns, and those that follow. */
async function readGroup(
  { file, name, schema, group: { rows, chunks }, first }: GroupPlace,
  columns: Record<string, AnyColumn>,
  at: number,
): Promise<void> {
  for (const { column, start, bytes } of chunks) {
    const width = widthOf(schema[column]!);
    const values = new Uint8Array(columns[column]!.buffer);
    const chunk = await readBytes(file, start, bytes);
    naming(`${name} rows ${first} to ${first + rows - 1}: ${column}`, () => {
      let place = at * width;
      for (const page of pagesOf(chunk, rows, width)) {
        values.set(page, place);
        place += page.length;
      }
    });
  }
}

/**
 * The length in bytes of a column of fixed length in the file at `path`, for tables whose sketches may have any size.
 * @param rows of the table
 */
export async function fixedLengthOf(path: string, column: string, rows: number): Promise<number> {
  return withFooter(path, rows, tableLimits(), (_, { schema }) => {
    const length = schema.find(({ name }) => name === column)?.type_length;
    if (length === undefined || !(length > 0 && length <= MOST_SKETCH_BYTES))
      throw new Error(`${fileName(path)}: no column ${column} of fixed length`);
    return Promise.resolve(length);
  });
}

/** What `use` makes of a table's footer and of the file; `end` is where the footer starts. */
async function withFooter<Result>(
  path: string,
  rows: number,
  most: TableLimits,
  use: (file: FileHandle, metadata: FileMetaData, end: number) => Promise<Result>,
): Promise<Result> {
  if (rows > most.rows)
    throw new Error(`${fileName(path)}: ${rows} rows are more than the ${most.rows} that the heap allows`);
  const file = await open(path, "r");
  try {
    const footer = await readFooter(file, rows).catch((cause: unknown) => {
      throw new Error(`${fileName(path)}: not a table of ${rows} rows: ${(cause as Error).message}`, { cause });
    });
    return await use(file, footer.metadata, footer.start);
  } finally {
    await file.close();
  }
}

/** Does something whose errors are to say what they are about. */
function naming<Result>(what: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw new Error(`${what}: ${(cause as Error).message}`, { cause });
  }
}

/** What this process can take. How much of the memory is free says little, since caches of files that were read count as used. */
function tableLimits(): TableLimits {
  const memory = Math.min(process.constrainedMemory() || Infinity, totalmem());
  return {
    bytes: Math.floor(memory / MEMORY_SHARE),
    rows: Math.floor(getHeapStatistics().heap_size_limit / HEAP_BYTES_PER_ROW),
  };
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
  const [root, ...elements] = metadata.schema;
  if (root?.num_children !== elements.length) throw new Error(`${name}: its columns are nested`);
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

function emptyColumns(schema: TableSchema, rows: number): Record<string, AnyColumn> {
  return Object.fromEntries(Object.entries(schema).map(([column, type]) => [column, emptyColumn(type, rows)]));
}

function emptyColumn(type: ColumnType, rows: number): AnyColumn {
  if (type === "int32") return new Int32Array(rows);
  if (type === "int64") return new BigInt64Array(rows);
  return new Uint8Array(rows * type);
}
