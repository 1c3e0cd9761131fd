/** The header of NumPy's .npy format (numpy.lib.format, versions 1 to 3). */
import type { ElementFormat } from "../numerics/element-formats.ts";
import type { ByteSource } from "../numerics/file-bytes.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Element types that are read; the bar and the less-than sign of the descriptors mean little-endian. */
const FORMATS: Readonly<Record<string, ElementFormat>> = { "<f2": "F16", "<f4": "F32", "<f8": "F64" };

/** What a .npy file holds, row-major. */
export interface NpyHeader {
  readonly format: ElementFormat;
  readonly shape: readonly number[];
  /** First byte of the values. */
  readonly start: number;
}

export function isNpy(source: ByteSource): boolean {
  if (source.size < MAGIC.length) return false;
  const bytes = source.read(0, MAGIC.length);
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** Reads the header. @throws naming the file, and the element type or order where it is one that is not read. */
export function readNpyHeader(source: ByteSource): NpyHeader {
  const { name: file, size } = source;
  const truncated = (): Error => new Error(`${file}: ends within its header; the file is truncated`);
  if (size < 12) throw truncated();
  const bytes = source.read(0, 12);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new Error(`${file}: version ${version} of the .npy format; 1 to 3 are read`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [from, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (from + length > size) throw truncated();
  const text = new TextDecoder().decode(source.read(from, length));
  const descriptor = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (fortran === undefined || shapeText === undefined)
    throw new Error(`${file}: its header is not that of an array; restore the file`);
  const format = descriptor === undefined ? undefined : FORMATS[descriptor];
  if (format === undefined)
    throw new Error(
      `${file}: elements are ${descriptor ?? "structured"}; only ${Object.keys(FORMATS).join(", ")} are read`,
    );
  if (fortran === "True") throw new Error(`${file}: stored by columns; save numpy.ascontiguousarray of it`);
  const shape = shapeText
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw new Error(`${file}: its shape is (${shapeText})`);
  return { format, shape, start: from + length };
}
