// Stores record sketches in a checksummed file, so that a truncated or damaged one is found before it is used.
import { createHash } from "node:crypto";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import { type ByteSource, fileBytes } from "../numerics/file-bytes.ts";
import type { Sketches } from "./quantise.ts";
import { readSketchRows, type SketchRows, type StoredColumn } from "./sketch-column.ts";

const MAGIC = "TRIBSKT1";
const HEADER_BYTES = 16;
const DIGEST_BYTES = 32;
/** Read at a time while the checksum is computed. */
const PIECE_BYTES = 2 ** 24;

/**
 * Writes sketches: the 8 characters `TRIBSKT1`, count and k as little-endian u32, the coordinates as int8, the scales as little-endian u32,
 * and the SHA-256 of all that.
 */
export function saveSketches(path: string, { count, k, sketches, scales }: Sketches): void {
  const bytes = Buffer.alloc(HEADER_BYTES + count * k + 4 * count + DIGEST_BYTES);
  bytes.write(MAGIC, 0, "latin1");
  bytes.writeUInt32LE(count, 8);
  bytes.writeUInt32LE(k, 12);
  bytes.set(new Uint8Array(sketches.buffer, sketches.byteOffset, sketches.byteLength), HEADER_BYTES);
  scales.forEach((scale, row) => bytes.writeUInt32LE(scale, HEADER_BYTES + count * k + 4 * row));
  const end = bytes.length - DIGEST_BYTES;
  bytes.set(createHash("sha256").update(bytes.subarray(0, end)).digest(), end);
  writeFileAtomically(path, bytes);
}

/** A file of sketches whose checksum is right: scales are in memory, sketches are read from the file. */
export interface StoredSketches extends SketchRows<StoredColumn> {
  readonly scales: Uint32Array;
}

/** Reads sketches; throws an Error that names the file if it is missing, truncated or damaged. */
export function loadSketches(path: string): Sketches {
  const stored = openSketches(path);
  return { ...stored, sketches: readSketchRows(stored, 0, stored.count) };
}

/** Opens a file of sketches for reading them run by run, for those that are more than memory; the file is read through once. @throws as {@link loadSketches} */
export function openSketches(path: string): StoredSketches {
  let file: ByteSource;
  try {
    file = fileBytes(path);
  } catch (cause) {
    throw new Error(`${path} cannot be read: sketch the records first`, { cause });
  }
  const header = Buffer.from(file.read(0, Math.min(HEADER_BYTES, file.size)));
  if (header.length < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error(`${path}: not a file of sketches, or its beginning is lost; sketch the records again`);
  }
  const count = header.readUInt32LE(8);
  const k = header.readUInt32LE(12);
  const expected = HEADER_BYTES + count * k + 4 * count + DIGEST_BYTES;
  if (file.size !== expected) {
    throw new Error(
      `${path}: ${file.size} bytes for ${count} sketches of ${k}, expected ${expected}; sketch the records again`,
    );
  }
  const end = file.size - DIGEST_BYTES;
  const hash = createHash("sha256");
  for (let at = 0; at < end; at += PIECE_BYTES) hash.update(file.read(at, Math.min(PIECE_BYTES, end - at)));
  const digest = hash.digest();
  if (!digest.equals(file.read(end, DIGEST_BYTES))) {
    throw new Error(`${path}: its checksum is wrong, so it was damaged; sketch the records again`);
  }
  const words = Buffer.from(file.read(HEADER_BYTES + count * k, 4 * count));
  const scales = Uint32Array.from({ length: count }, (_, row) => words.readUInt32LE(4 * row));
  return { count, k, sketches: { path, start: HEADER_BYTES, digest: digest.toString("hex") }, scales };
}
