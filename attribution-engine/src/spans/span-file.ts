// Stores a span index in a checksummed file, so that a truncated or damaged one is found before it is used.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Tokenizer } from "../model/tokenizer.ts";
import { writePartsAtomically } from "../numerics/atomic-file.ts";
import { prefixRanges } from "./prefix-ranges.ts";
import type { SpanIndex } from "./span-index.ts";

/** What the file is, and the version of its format. */
const MAGIC = "TRIBSPN1";
const DIGEST_BYTES = 32;
const HEADER_BYTES = 24 + DIGEST_BYTES;
const CHUNK_BYTES = 2 ** 26;
const AGAIN = "index the spans again";

/**
 * Writes an index, all numbers little-endian: the 8 characters `TRIBSPN1`; as u32 how many tokens (start tokens included), suffixes, records and merges
 * there are; the records' digest; the suffixes and the records' starts as u32, the tokens as u16, the tokenizer's merges as pairs of u16; and the
 * SHA-256 of all that.
 * @returns the file's size in bytes
 */
export function saveSpanIndex(path: string, { tokenizer, tokens, starts, suffixes, digest }: SpanIndex): number {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, "latin1");
  [tokens.length, suffixes.length, starts.length, tokenizer.merges.length].forEach((count, i) =>
    header.writeUInt32LE(count, 8 + 4 * i),
  );
  header.set(digest, 24);
  const parts = [header, ...[suffixes, starts, tokens, Uint16Array.from(tokenizer.merges.flat())].map(bytesOf)];
  const hash = createHash("sha256");
  for (const part of parts) hashInChunks(hash, part);
  writePartsAtomically(path, [...parts, hash.digest()]);
  return parts.reduce((sum, part) => sum + part.length, DIGEST_BYTES);
}

/** Reads an index; throws an Error that names the file if it is missing, truncated or damaged. */
export function loadSpanIndex(path: string): SpanIndex {
  const file = openIndex(path);
  try {
    return readIndex(path, file);
  } finally {
    closeSync(file);
  }
}

function readIndex(path: string, file: number): SpanIndex {
  const hash = createHash("sha256");
  const read = (bytes: Uint8Array): void => {
    readWhole(path, file, bytes);
    hashInChunks(hash, bytes);
  };
  const size = fstatSync(file).size;
  const header = Buffer.alloc(HEADER_BYTES);
  if (size >= HEADER_BYTES) read(header);
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error(`${path}: not a span index, or its beginning is lost; ${AGAIN}`);
  }
  const [tokenCount, suffixCount, records, mergeCount] = [8, 12, 16, 20].map((at) => header.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const expected = HEADER_BYTES + 4 * suffixCount + 4 * records + 2 * tokenCount + 4 * mergeCount + DIGEST_BYTES;
  if (size !== expected) {
    throw new Error(
      `${path}: ${size} bytes for ${tokenCount} tokens of ${records} records, expected ${expected}; ${AGAIN}`,
    );
  }
  const suffixes = new Int32Array(suffixCount);
  const starts = new Uint32Array(records);
  const tokens = new Uint16Array(tokenCount);
  const merges = new Uint16Array(2 * mergeCount);
  for (const column of [suffixes, starts, tokens, merges]) read(bytesOf(column));
  const checksum = Buffer.alloc(DIGEST_BYTES);
  readWhole(path, file, checksum);
  if (!hash.digest().equals(checksum)) {
    throw new Error(`${path}: its checksum is wrong, so it was damaged; ${AGAIN}`);
  }
  const pairs = Array.from({ length: mergeCount }, (_, i): [number, number] => [merges[2 * i]!, merges[2 * i + 1]!]);
  const tokenizer = new Tokenizer(pairs);
  const ranges = prefixRanges(tokens, tokenizer.size);
  return { tokenizer, tokens, starts, suffixes, ranges, digest: Uint8Array.from(header.subarray(24)) };
}

function openIndex(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new Error(`${path} cannot be read: index the spans first`, { cause });
  }
}

function bytesOf(column: Int32Array | Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function hashInChunks(hash: ReturnType<typeof createHash>, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) hash.update(bytes.subarray(at, at + CHUNK_BYTES));
}

/** Reads on from where the file stands, in chunks, since the system gives less than 2 GiB at once. */
function readWhole(path: string, file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const got = readSync(file, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at), null);
    if (got === 0) throw new Error(`${path}: it became shorter while it was read; ${AGAIN}`);
    at += got;
  }
}
