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

/** Copies the sketches from `first` on, as many as `into` has room for. @throws as {@link readSketchRows} */
export function copySketchRows({ k, sketches }: SketchRows, first: number, into: Int8Array): void {
  if (sketches instanceof Int8Array) into.set(sketches.subarray(first * k, first * k + into.length));
  else
    fileBytes(sketches.path).readInto(
      sketches.start + first * k,
      new Uint8Array(into.buffer, into.byteOffset, into.length),
    );
}

/** The sketches `first … end − 1`: a view of memory, or what is read. @throws Error that names the file if it was cut meanwhile. */
export function readSketchRows({ k, sketches }: SketchRows, first: number, end: number): Int8Array {
  if (sketches instanceof Int8Array) return sketches.subarray(first * k, end * k);
  const rows = new Int8Array((end - first) * k);
  copySketchRows({ count: end, k, sketches }, first, rows);
  return rows;
}
