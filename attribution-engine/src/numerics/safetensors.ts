/** Reads and writes named float tensors in the safetensors format (8-byte header length, JSON header, raw data). */
import { writeFileAtomically } from "./atomic-file.ts";
import { decodeElements, ELEMENT_BYTES, isElementFormat, type ElementFormat } from "./element-formats.ts";
import { fileBytes, memoryBytes, type ByteSource } from "./file-bytes.ts";

/** A float tensor outside any graph. */
export interface Array32 {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Named tensors with string metadata. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Array32>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a tensor of an opened file lies. */
export interface StoredTensor {
  /** As the file names it; {@link elementFormat} says whether it can be read. */
  readonly format: string;
  readonly shape: readonly number[];
  /** First byte, from the beginning of the file. */
  readonly start: number;
}

/** An opened file: what it holds, none of it read yet. */
export interface TensorStore {
  readonly source: ByteSource;
  readonly entries: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const METADATA = "__metadata__";
const ALIGNMENT = 8;

/** Encodes tensors in the map's order. */
export function encodeTensors(file: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: file.metadata };
  let offset = 0;
  for (const [name, { shape, data }] of file.tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((ALIGNMENT - (new TextEncoder().encode(text).length % ALIGNMENT)) % ALIGNMENT);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let position = 8 + json.length;
  for (const { data } of file.tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/** Reads the header. @throws naming the file, and the tensor that does not fit in it. */
export function openTensors(source: ByteSource): TensorStore {
  const { name: file, size } = source;
  if (size < 8) throw new Error(`${file}: ${size} bytes are no safetensors file; it is truncated`);
  const lengthBytes = source.read(0, 8);
  const headerLength = Number(new DataView(lengthBytes.buffer, lengthBytes.byteOffset).getBigUint64(0, true));
  if (headerLength > size - 8) {
    throw new Error(
      `${file}: header of ${headerLength} bytes does not fit in ${size}; truncated, or no safetensors file`,
    );
  }
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(source.read(8, headerLength))) as Record<string, unknown>;
  } catch {
    throw new Error(`${file}: the header is not JSON; restore the file`);
  }
  const entries = new Map<string, StoredTensor>();
  const body = 8 + headerLength;
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) continue;
    entries.set(name, storedTensor(value as Partial<HeaderEntry>, body, size, `${file}: tensor ${name}`));
  }
  return { source, entries, metadata: (header[METADATA] ?? {}) as Record<string, string> };
}

function storedTensor(entry: Partial<HeaderEntry>, body: number, size: number, what: string): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = entry;
  const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize) || !Array.isArray(offsets) || !offsets.every(isSize))
    throw new Error(`${what} has no shape or no place; restore the file`);
  const format = dtype ?? "untyped";
  const [start, end] = offsets;
  const count = shape.reduce((product, length) => product * length, 1);
  // A file may hold tensors of other types besides; they matter only where they are read.
  if (isElementFormat(format) && end - start !== ELEMENT_BYTES[format] * count)
    throw new Error(`${what} has ${end - start} bytes for ${count} values`);
  if (body + end > size) throw new Error(`${what} ends at byte ${end} of ${size - body}; the file is truncated`);
  return { format, shape, start: body + start };
}

/** The format of a tensor's elements. @throws naming `what` if it is one that is not read. */
export function elementFormat({ format }: StoredTensor, what: string): ElementFormat {
  if (!isElementFormat(format))
    throw new Error(`${what} is ${format}; only ${Object.keys(ELEMENT_BYTES).join(", ")} are read`);
  return format;
}

/** Reads one tensor. @throws naming the file if it has no such tensor, or one of a type that is not read. */
export function readTensor(store: TensorStore, name: string): Array32 {
  const what = `${store.source.name}: tensor ${name}`;
  const entry = store.entries.get(name);
  if (entry === undefined) throw new Error(`${what} is missing`);
  const format = elementFormat(entry, what);
  const count = entry.shape.reduce((product, length) => product * length, 1);
  return {
    shape: entry.shape,
    data: decodeElements(store.source.read(entry.start, ELEMENT_BYTES[format] * count), format),
  };
}

/**
 * Decodes all tensors.
 * @param source what error messages call the bytes, usually the file's path.
 */
export function decodeTensors(bytes: Uint8Array, source: string): TensorFile {
  return readAll(openTensors(memoryBytes(source, bytes)));
}

/** Writes a safetensors file, atomically. */
export function saveTensors(path: string, file: TensorFile): void {
  writeFileAtomically(path, encodeTensors(file));
}

/** Reads a safetensors file. */
export function loadTensors(path: string): TensorFile {
  return readAll(openTensors(fileBytes(path)));
}

function readAll(store: TensorStore): TensorFile {
  return {
    tensors: new Map([...store.entries.keys()].map((name) => [name, readTensor(store, name)])),
    metadata: store.metadata,
  };
}
