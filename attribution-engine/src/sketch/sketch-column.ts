// Sketches by place, in memory or in a file from which runs of them are read.
import { fileBytes } from "../numerics/file-bytes.ts";

/** Sketches in a file, one behind another; can be sent to threads. */
export interface StoredColumn {
  readonly path: string;
  /** Byte at which the first begins. */
  readonly start: number;
  /** SHA-256 of the file's content, in hex: another one for any other sketches. */
  readonly digest: string;
}

export type SketchColumn = Int8Array | StoredColumn;

/** Coordinates −127 … 127, and where they are. */
export interface SketchRows<Column extends SketchColumn = SketchColumn> {
  readonly count: number;
  readonly k: number;
  readonly sketches: Column;
}

/** Rows that are read at a time by what goes through all of them: 2 MiB of the largest common sketches. */
export const ROWS_AT_A_TIME = 4_096;

/** The sketches `first … end − 1`: a view of memory, or what is read. @throws Error that names the file if it was cut meanwhile. */
export function readSketchRows({ k, sketches }: SketchRows, first: number, end: number): Int8Array {
  if (sketches instanceof Int8Array) return sketches.subarray(first * k, end * k);
  const bytes = fileBytes(sketches.path).read(sketches.start + first * k, (end - first) * k);
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
