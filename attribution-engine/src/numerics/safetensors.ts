/** Reads and writes named float tensors in the safetensors format (8-byte header length, JSON header, raw data). */
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "./atomic-file.ts";

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

/**
 * Decodes tensors.
 * @param source what error messages call the bytes, usually the file's path.
 */
export function decodeTensors(bytes: Uint8Array, source: string): TensorFile {
  if (bytes.length < 8) throw new Error(`${source}: ${bytes.length} bytes are no safetensors file; it is truncated`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength > bytes.length - 8) {
    throw new Error(
      `${source}: header of ${headerLength} bytes does not fit in ${bytes.length}; truncated, or no safetensors file`,
    );
  }
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Record<string, unknown>;
  } catch {
    throw new Error(`${source}: the header is not JSON; restore the file`);
  }
  const tensors = new Map<string, Array32>();
  let metadata: Record<string, string> = {};
  const body = bytes.subarray(8 + headerLength);
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      metadata = value as Record<string, string>;
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = value as HeaderEntry;
    const [start, end] = offsets;
    const count = shape.reduce((product, size) => product * size, 1);
    if (dtype !== "F32") throw new Error(`${source}: tensor ${name} is ${dtype}; only F32 is used here`);
    if (end - start !== 4 * count)
      throw new Error(`${source}: tensor ${name} has ${end - start} bytes for ${count} values`);
    if (end > body.length)
      throw new Error(`${source}: tensor ${name} ends at byte ${end} of ${body.length}; the file is truncated`);
    tensors.set(name, { shape, data: new Float32Array(body.slice(start, end).buffer) });
  }
  return { tensors, metadata };
}

/** Writes a safetensors file, atomically. */
export function saveTensors(path: string, file: TensorFile): void {
  writeFileAtomically(path, encodeTensors(file));
}

/** Reads a safetensors file. */
export function loadTensors(path: string): TensorFile {
  return decodeTensors(new Uint8Array(readFileSync(path)), path);
}
