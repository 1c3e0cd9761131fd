/** A file of features: one row of floats per example, read row by row, from .npy or safetensors. */
import { decodeElements, ELEMENT_BYTES, firstNotFinite, type ElementFormat } from "../numerics/element-formats.ts";
import { fileBytes, type ByteSource } from "../numerics/file-bytes.ts";
import { elementFormat, openTensors } from "../numerics/safetensors.ts";
import { isNpy, readNpyHeader } from "./npy.ts";

/** Which file, and for safetensors which tensor of it; the only one when absent. */
export interface FeaturePlace {
  readonly path: string;
  readonly tensor?: string | undefined;
}

/** An opened file of features. */
export interface FeatureFile {
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
  /** The rows `first … first + count − 1`. @throws naming file and row of a value that is not finite, or of a row that is too long. */
  read(first: number, count: number): Float32Array;
}

/**
 * The most that a row's squares may add up to: the second moment of thousands of rows is added up in 32-bit floats, which end at 2^128. Values of usual
 * features are far from it; those that are not are damaged, or in a unit that all rows can be divided by.
 */
const MOST_SQUARES = 2 ** 100;

interface StoredMatrix {
  readonly format: ElementFormat;
  readonly shape: readonly number[];
  readonly start: number;
}

/** Opens a file; none of its rows is read yet. @throws naming the file where it is truncated, or holds no matrix of floats. */
export function openFeatures({ path, tensor }: FeaturePlace): FeatureFile {
  const source = fileBytes(path);
  const { format, shape, start } = isNpy(source) ? npyMatrix(source, tensor) : tensorMatrix(source, tensor);
  const [rows, columns] = shape;
  if (shape.length === 2 && rows === 0) throw new Error(`${path}: no rows; its shape is [${shape.join()}]`);
  if (shape.length !== 2 || rows === undefined || columns === undefined || columns === 0)
    throw new Error(`${path}: shape is [${shape.join()}]; features are [examples, dimensions]`);
  const rowBytes = ELEMENT_BYTES[format] * columns;
  if (start + rowBytes * rows > source.size) {
    const whole = Math.max(0, Math.floor((source.size - start) / rowBytes));
    throw new Error(`${path} row ${whole}: the file ends here, of ${rows} rows; it is truncated`);
  }
  return {
    path,
    rows,
    columns,
    read(first, count) {
      const bytes = source.read(start + first * rowBytes, count * rowBytes);
      const values = decodeElements(bytes, format);
      const bad = firstNotFinite(values);
      if (bad >= 0) {
        const row = first + Math.floor(bad / columns);
        const stored = format === "F64" ? doubleAt(bytes, bad) : values[bad];
        const advice = Number.isFinite(stored) ? "more than a 32-bit float holds" : "features must be finite";
        throw new Error(`${path} row ${row}: ${stored} in column ${bad % columns}; ${advice}`);
      }
      const large = firstTooLarge(values, columns);
      if (large >= 0)
        throw new Error(
          `${path} row ${first + large}: its squares add up to more than 2^100, too much for 32-bit floats; correct the row, or divide all rows by a constant`,
        );
      return values;
    },
  };
}

function doubleAt(bytes: Uint8Array, place: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(8 * place, true);
}

/** The first row whose squares add up to too much; −1 where there is none. */
function firstTooLarge(values: Float32Array, columns: number): number {
  for (let start = 0; start < values.length; start += columns) {
    let squares = 0;
    for (let at = start; at < start + columns; at++) squares += values[at]! * values[at]!;
    if (squares > MOST_SQUARES) return start / columns;
  }
  return -1;
}

function npyMatrix(source: ByteSource, tensor: string | undefined): StoredMatrix {
  if (tensor !== undefined) throw new Error(`${source.name}: a .npy file has no tensor ${tensor}`);
  return readNpyHeader(source);
}

function tensorMatrix(source: ByteSource, tensor: string | undefined): StoredMatrix {
  const { entries } = openTensors(source);
  const names = [...entries.keys()];
  const name = tensor ?? (names.length === 1 ? names[0]! : undefined);
  const entry = name === undefined ? undefined : entries.get(name);
  if (entry === undefined)
    throw new Error(
      `${source.name}: ${name === undefined ? "say which tensor" : `no tensor ${name}`} of ${names.join(", ")}`,
    );
  return { ...entry, format: elementFormat(entry, `${source.name}: tensor ${name}`) };
}
