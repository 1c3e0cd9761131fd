// Stores record sketches in a checksummed file, so that a truncated or damaged one is found before it is used.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import type { Sketches } from "./quantise.ts";

const MAGIC = "TRIBSKT1";
const HEADER_BYTES = 16;
const DIGEST_BYTES = 32;

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

/** Reads sketches; throws an Error that names the file if it is missing, truncated or damaged. */
export function loadSketches(path: string): Sketches {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new Error(`${path} cannot be read: sketch the records first`, { cause });
  }
  if (bytes.length < HEADER_BYTES || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error(`${path}: not a file of sketches, or its beginning is lost; sketch the records again`);
  }
  const count = bytes.readUInt32LE(8);
  const k = bytes.readUInt32LE(12);
  const expected = HEADER_BYTES + count * k + 4 * count + DIGEST_BYTES;
  if (bytes.length !== expected) {
    throw new Error(
      `${path}: ${bytes.length} bytes for ${count} sketches of ${k}, expected ${expected}; sketch the records again`,
    );
  }
  const end = bytes.length - DIGEST_BYTES;
  if (!createHash("sha256").update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) {
    throw new Error(`${path}: its checksum is wrong, so it was damaged; sketch the records again`);
  }
  const sketches = Int8Array.from(bytes.subarray(HEADER_BYTES, HEADER_BYTES + count * k), (byte) => (byte << 24) >> 24);
  const scales = Uint32Array.from({ length: count }, (_, row) =>
    bytes.readUInt32LE(HEADER_BYTES + count * k + 4 * row),
  );
  return { count, k, sketches, scales };
}
