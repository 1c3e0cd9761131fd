// The bytes of a record store: its header, the two commit records, and where a record's columns lie (docs/search.md, "Record store").
import { crc32 } from "node:zlib";

const MAGIC = "TRIBREC1";
/** Header and commit records each have a page, so that a write which is cut harms no other. */
const PAGE = 4_096;
const DATA_START = 3 * PAGE;
/** Bytes of the header, and of a commit record; the last four are the CRC-32 of those before. */
export const RECORD_BYTES = 64;
export const TRAILER_BYTES = 16;

const GRAIN = 16;
/** Sketch bytes of a block, unless told otherwise. */
const BLOCK_SKETCH_BYTES = 2 ** 20;

/** What never changes in a store. */
export interface StoreShape {
  /** Coordinates of a sketch. */
  readonly k: number;
  /** Records of a block; a multiple of 16. */
  readonly blockRecords: number;
}

/** CRC-32 of the three columns of a block's records. */
export interface ColumnSums {
  readonly sketches: number;
  readonly scales: number;
  readonly novelties: number;
}

export const NO_SUMS: ColumnSums = { sketches: 0, scales: 0, novelties: 0 };

/** What a commit states: that `count` records stand, and the sums of those in the last block if it is not full. */
export interface Commit {
  readonly sequence: number;
  readonly count: number;
  readonly tail: ColumnSums;
}

export function defaultBlockRecords(k: number): number {
  return Math.max(GRAIN, Math.floor(BLOCK_SKETCH_BYTES / k / GRAIN) * GRAIN);
}

/** Throws unless the numbers are those of a store; `what` names it. */
export function checkShape({ k, blockRecords }: StoreShape, what: string): void {
  if (!Number.isInteger(k) || k < 32 || k > 4_096 || k % 32 !== 0) {
    throw new Error(`${what}: sketches of ${k} dimensions; must be a multiple of 32 from 32 to 4096`);
  }
  if (!Number.isInteger(blockRecords) || blockRecords < GRAIN || blockRecords % GRAIN !== 0 || blockRecords > 2 ** 20) {
    throw new Error(`${what}: blocks of ${blockRecords} records; must be a multiple of ${GRAIN} up to 2^20`);
  }
}

/** Where the columns of a block begin, and where the file ends if it is the last one. */
export function blockLayout({ k, blockRecords }: StoreShape, block: number) {
  const bytes = blockRecords * (k + 5) + TRAILER_BYTES;
  const sketches = DATA_START + block * bytes;
  const scales = sketches + blockRecords * k;
  const novelties = scales + 4 * blockRecords;
  const trailer = novelties + blockRecords;
  return { sketches, scales, novelties, trailer, end: sketches + bytes };
}

/** Length of a store with `count` records. */
export function storeBytes(shape: StoreShape, count: number): number {
  return blockLayout(shape, Math.ceil(count / shape.blockRecords)).sketches;
}

function sealed(fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES);
  fill(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, RECORD_BYTES - 4)), RECORD_BYTES - 4);
  return bytes;
}

function isSealed(bytes: Buffer): boolean {
  return bytes.readUInt32LE(RECORD_BYTES - 4) === crc32(bytes.subarray(0, RECORD_BYTES - 4));
}

/** Place of the commit record that a sequence number is written to: each takes the page that the one before it did not. */
export function commitPlace(sequence: number): number {
  return PAGE * (1 + (sequence % 2));
}

export function encodeHeader({ k, blockRecords }: StoreShape): Buffer {
  return sealed((bytes) => {
    bytes.write(MAGIC, 0, "latin1");
    bytes.writeUInt32LE(k, 8);
    bytes.writeUInt32LE(blockRecords, 12);
  });
}

/** @throws Error that names the file if these are not a store's first bytes. */
export function decodeHeader(bytes: Buffer, path: string): StoreShape {
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error(`${path}: not a record store, or its beginning is lost`);
  }
  if (!isSealed(bytes)) throw new Error(`${path}: its header is damaged`);
  const shape = { k: bytes.readUInt32LE(8), blockRecords: bytes.readUInt32LE(12) };
  checkShape(shape, path);
  return shape;
}

export function encodeCommit({ sequence, count, tail }: Commit): Buffer {
  return sealed((bytes) => {
    bytes.writeBigUInt64LE(BigInt(sequence), 0);
    bytes.writeBigUInt64LE(BigInt(count), 8);
    bytes.writeUInt32LE(tail.sketches, 16);
    bytes.writeUInt32LE(tail.scales, 20);
    bytes.writeUInt32LE(tail.novelties, 24);
  });
}

/** The commit, or undefined if its bytes were not written to the end or are damaged. */
export function decodeCommit(bytes: Buffer): Commit | undefined {
  if (!isSealed(bytes)) return undefined;
  return {
    sequence: Number(bytes.readBigUInt64LE(0)),
    count: Number(bytes.readBigUInt64LE(8)),
    tail: {
      sketches: bytes.readUInt32LE(16),
      scales: bytes.readUInt32LE(20),
      novelties: bytes.readUInt32LE(24),
    },
  };
}

/** The end of a full block: its sums, and the CRC-32 of them and the block's number, so that no block passes for another. */
export function encodeTrailer(block: number, sums: ColumnSums): Buffer {
  const bytes = Buffer.alloc(TRAILER_BYTES);
  bytes.writeUInt32LE(sums.sketches, 0);
  bytes.writeUInt32LE(sums.scales, 4);
  bytes.writeUInt32LE(sums.novelties, 8);
  const number = Buffer.alloc(4);
  number.writeUInt32LE(block);
  bytes.writeUInt32LE(crc32(number, crc32(bytes.subarray(0, 12))), 12);
  return bytes;
}

export function addSums(
  sums: ColumnSums,
  columns: { readonly sketches: Uint8Array; readonly scales: Uint8Array; readonly novelties: Uint8Array },
): ColumnSums {
  return {
    sketches: crc32(columns.sketches, sums.sketches),
    scales: crc32(columns.scales, sums.scales),
    novelties: crc32(columns.novelties, sums.novelties),
  };
}
