// What a Parquet file of a bundle must look like before anything of it is decoded (docs/formats.md §10.4): published files are untrusted.
import type { FileHandle } from "node:fs/promises";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { ColumnType, TableSchema } from "./parquet-table.ts";
import { checkThrift } from "./thrift-bounds.ts";

/** Rows of every row group but the last. */
export const ROWS_PER_GROUP = 65536;

const TAIL_BYTES = 8;
const MAGIC = "PAR1";
/** The schema, and what writers note about themselves. */
const FOOTER_BASE_BYTES = 16 * 1024;
/** A column chunk's entry has some 80 bytes; other writers add statistics. */
const FOOTER_CHUNK_BYTES = 512;
/** No table has more. */
const MOST_COLUMNS = 16;
/** A page's header has some 25 bytes; other writers add statistics. */
const MOST_PAGE_HEADER_BYTES = 512;
/** Page headers may take so much of a chunk: pages of at least 8 KiB with short headers. */
const HEADERS_SHARE = 16;

/** A column chunk: where its pages stand in the file. */
export interface Chunk {
  readonly column: string;
  readonly start: number;
  readonly bytes: number;
}

/** A row group: its rows, and its chunks in the order of the columns. */
export interface Group {
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

/** Rows of the row groups of a table. */
function groupSizes(rows: number): number[] {
  const groups = Math.ceil(rows / ROWS_PER_GROUP);
  return Array.from({ length: groups }, (_, g) => Math.min(ROWS_PER_GROUP, rows - g * ROWS_PER_GROUP));
}

/** Bytes of a value in plain encoding. */
export function widthOf(type: ColumnType): number {
  if (type === "int32") return 4;
  return type === "int64" ? 8 : type;
}

/** The most bytes that the footer of a table may have. */
function mostFooterBytes(rows: number): number {
  return FOOTER_BASE_BYTES + FOOTER_CHUNK_BYTES * MOST_COLUMNS * Math.ceil(rows / ROWS_PER_GROUP);
}

/**
 * Reads a footer of bounded size.
 * @param rows that the table has
 * @throws Error that says why it is none
 */
export async function readFooter(file: FileHandle, rows: number): Promise<{ metadata: FileMetaData; start: number }> {
  const { size } = await file.stat();
  const tail = await readBytes(file, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  if (tail.length < TAIL_BYTES || Buffer.from(tail).toString("latin1", 4) !== MAGIC)
    throw new Error("it does not end in PAR1");
  const bytes = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  const most = mostFooterBytes(rows);
  if (bytes > most) throw new Error(`its footer has ${bytes} bytes, for ${rows} rows at most ${most}`);
  const start = size - TAIL_BYTES - bytes;
  if (start < MAGIC.length) throw new Error(`its footer of ${bytes} bytes does not fit into ${size} bytes`);
  const footer = await readBytes(file, start, bytes + TAIL_BYTES);
  checkThrift(footer.subarray(0, bytes));
  const metadata = parquetMetadata(footer, { geoparquet: false });
  if (metadata.num_rows !== BigInt(rows)) throw new Error(`it has ${metadata.num_rows} rows instead of ${rows}`);
  return { metadata, start };
}

/**
 * The row groups of a table, in order.
 * @param end where the footer starts
 * @throws Error that names the group and the column of what is compressed, has a dictionary, or is too small or too large for its rows
 */
export function layoutOf({ row_groups }: FileMetaData, schema: TableSchema, rows: number, end: number): Group[] {
  const sizes = groupSizes(rows);
  if (row_groups.length !== sizes.length)
    throw new Error(`it has ${row_groups.length} row groups instead of ${sizes.length}`);
  const columns = Object.entries(schema);
  let at = MAGIC.length;
  return sizes.map((count, g) => {
    const { num_rows, columns: found } = row_groups[g]!;
    if (num_rows !== BigInt(count)) throw new Error(`row group ${g} has ${num_rows} rows instead of ${count}`);
    if (found.length !== columns.length)
      throw new Error(`row group ${g} has ${found.length} columns instead of ${columns.length}`);
    const chunks = columns.map(([column, type], c): Chunk => {
      const refuse = (why: string): never => {
        throw new Error(`row group ${g}, ${column}: ${why}`);
      };
      const { meta_data: stated, file_path } = found[c]!;
      if (stated === undefined || file_path !== undefined) return refuse("its values are not in the file");
      if (stated.path_in_schema.join(".") !== column) refuse(`is ${stated.path_in_schema.join(".")}`);
      if (stated.codec !== "UNCOMPRESSED") refuse(`is compressed with ${stated.codec}`);
      if (stated.dictionary_page_offset !== undefined) refuse("has a dictionary");
      if (stated.num_values !== BigInt(count)) refuse(`has ${stated.num_values} values instead of ${count}`);
      const start = Number(stated.data_page_offset);
      const bytes = Number(stated.total_compressed_size);
      const least = count * widthOf(type);
      const most = least + Math.ceil(least / HEADERS_SHARE) + MOST_PAGE_HEADER_BYTES;
      if (!(bytes >= least && bytes <= most))
        refuse(`has ${bytes} bytes, ${count} values have ${least} and at most ${most} with headers`);
      if (!(start >= at && start + bytes <= end))
        refuse(`its bytes ${start} to ${start + bytes} are not between ${at} and ${end}`);
      at = start + bytes;
      return { column, start, bytes };
    });
    return { rows: count, chunks };
  });
}

/**
 * The plain bytes of a column chunk, page by page.
 * @param rows of the chunk
 * @param width of a value
 * @throws Error that says which page is of another form than ours, or does not have the bytes that its values take
 */
export function* pagesOf(chunk: Uint8Array, rows: number, width: number): Generator<Uint8Array> {
  let at = 0;
  let left = rows;
  while (left > 0) {
    const head = chunk.subarray(at, at + MOST_PAGE_HEADER_BYTES);
    checkThrift(head);
    const reader = { view: new DataView(head.buffer, head.byteOffset, head.length), offset: 0 };
    const { type, data_page_header_v2: page, ...sizes } = parquetHeader(reader);
    if (type !== "DATA_PAGE_V2" || page === undefined) throw new Error(`has a page of type ${type}`);
    if (page.encoding !== "PLAIN") throw new Error(`has a page of encoding ${page.encoding}`);
    const { num_values, num_rows, num_nulls } = page;
    const levels = [page.definition_levels_byte_length, page.repetition_levels_byte_length];
    if (num_rows !== num_values || num_nulls !== 0 || levels.some((bytes) => bytes !== 0))
      throw new Error("has a page with nulls or lists");
    if (!(num_values > 0 && num_values <= left))
      throw new Error(`has a page of ${num_values} values, ${left} are left`);
    const bytes = num_values * width;
    const start = at + reader.offset;
    if (sizes.compressed_page_size !== bytes || sizes.uncompressed_page_size !== bytes || start + bytes > chunk.length)
      throw new Error(`has a page of ${sizes.uncompressed_page_size} bytes, ${num_values} values have ${bytes}`);
    yield chunk.subarray(start, start + bytes);
    at = start + bytes;
    left -= num_values;
  }
  if (at !== chunk.length) throw new Error(`goes on for ${chunk.length - at} bytes after its values`);
}

/** Bytes of a file. @throws Error if it ends before them */
export async function readBytes(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0) throw new Error(`it ends at byte ${start + filled}`);
    filled += bytesRead;
  }
  return bytes;
}
