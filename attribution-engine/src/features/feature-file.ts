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
  /** The rows `first … first + count − 1`. @throws naming file, row and column of a value that is not finite. */
  read(first: number, count: number): Float32Array;
}

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
  if (shape.length !== 2 || rows === undefined || columns === undefined || rows === 0 || columns === 0)
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
      const values = decodeElements(source.read(start + first * rowBytes, count * rowBytes), format);
      const bad = firstNotFinite(values);
      if (bad >= 0) {
        const row = first + Math.floor(bad / columns);
        throw new Error(`${path} row ${row}: ${values[bad]} in column ${bad % columns}; features must be finite`);
      }
      return values;
    },
  };
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
