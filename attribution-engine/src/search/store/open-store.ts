// Reads a record store: any run of records, each block checked once before its records are believed.
import { open } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { RecordColumns, RecordSource } from "../record-source.ts";
import { addSums, blockLayout, encodeTrailer, NO_SUMS, TRAILER_BYTES } from "./format.ts";
import { readCommit } from "./read-commit.ts";

/** A store that is open for reading: the records that were committed when it was opened. */
export interface RecordStore extends RecordSource {
  readonly blockRecords: number;
  /** Checks every block that no read has checked yet. @throws as `read`. */
  verify(): Promise<void>;
}

/** Bytes of the columns of some records, as they lie in a block. */
interface ByteColumns {
  readonly sketches: Uint8Array;
  readonly scales: Uint8Array;
  readonly novelties: Uint8Array;
}

/** @throws Error that names the file if it is missing, no store, cut or of other dimensions than `k`, where that is given. */
export async function openRecordStore(path: string, k?: number): Promise<RecordStore> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new Error(`${path} cannot be read: make the store first`, { cause });
  });
  let opened: ReturnType<typeof readCommit>;
  try {
    opened = readCommit(file.fd, path);
    if (k !== undefined && opened.shape.k !== k) {
      throw new Error(`${path}: sketches of ${opened.shape.k} dimensions, expected ${k}`);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  const { shape, commit } = opened;
  const { blockRecords } = shape;
  const { count } = commit;
  const checked = new Uint8Array(Math.ceil(count / blockRecords));

  const damaged = (block: number): Error => {
    const first = block * blockRecords;
    const last = Math.min(count, first + blockRecords) - 1;
    return new Error(`${path} block ${block}: rows ${first} to ${last} are damaged: their checksum is wrong`);
  };
  const readAll = async (parts: readonly Uint8Array[], position: number, block: number): Promise<void> => {
    let left = parts.filter(({ length }) => length > 0);
    for (let at = position; left.length > 0;) {
      const { bytesRead } = await file.readv(left, at);
      if (bytesRead === 0) throw new Error(`${path} block ${block}: it was cut while it was read`);
      at += bytesRead;
      left = withoutFirst(left, bytesRead);
    }
  };

  /** Reads all records that a block has, and checks them. */
  const readBlock = async (block: number, into: ByteColumns): Promise<void> => {
    const at = blockLayout(shape, block);
    if ((block + 1) * blockRecords <= count) {
      const trailer = Buffer.alloc(TRAILER_BYTES);
      await readAll([into.sketches, into.scales, into.novelties, trailer], at.sketches, block);
      const sums = addSums(NO_SUMS, into);
      if (!encodeTrailer(block, sums).equals(trailer)) throw damaged(block);
    } else {
      await readAll([into.sketches], at.sketches, block);
      await readAll([into.scales], at.scales, block);
      await readAll([into.novelties], at.novelties, block);
      const sums = addSums(NO_SUMS, into);
      if (!isDeepStrictEqual(sums, commit.tail)) throw damaged(block);
    }
    checked[block] = 1;
  };

  const rowsOf = (block: number): number => Math.min(blockRecords, count - block * blockRecords);
  const check = async (block: number): Promise<void> => {
    if (checked[block] === 1) return;
    const rows = rowsOf(block);
    await readBlock(block, {
      sketches: new Uint8Array(rows * shape.k),
      scales: new Uint8Array(rows * 4),
      novelties: new Uint8Array(rows),
    });
  };
  /** Reads the rows `row … row + rows − 1` of a block. */
  const readRows = async (block: number, row: number, rows: number, into: ByteColumns): Promise<void> => {
    if (rows === rowsOf(block) && checked[block] !== 1) return readBlock(block, into);
    await check(block);
    const at = blockLayout(shape, block);
    await readAll([into.sketches], at.sketches + row * shape.k, block);
    await readAll([into.scales], at.scales + row * 4, block);
    await readAll([into.novelties], at.novelties + row, block);
  };

  return {
    name: path,
    count,
    k: shape.k,
    blockRecords,
    offset: 128,
    async read(first, into) {
      const records = into.scales.length;
      if (first < 0 || first + records > count) {
        throw new Error(`${path}: rows ${first} to ${first + records - 1} are asked for; it has ${count}`);
      }
      for (let done = 0; done < records;) {
        const block = Math.floor((first + done) / blockRecords);
        const row = (first + done) % blockRecords;
        const rows = Math.min(records - done, rowsOf(block) - row);
        await readRows(block, row, rows, bytesOf(into, shape.k, done, rows));
        done += rows;
      }
    },
    async verify() {
      for (let block = 0; block < checked.length; block++) await check(block);
    },
    close: () => file.close(),
  };
}

/** What is left of the parts when their first `bytes` bytes are done. */
function withoutFirst(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let done = bytes;
  return parts.flatMap((part) => {
    const left = part.subarray(Math.min(done, part.length));
    done -= part.length - left.length;
    return left.length === 0 ? [] : [left];
  });
}

/** The bytes of some rows of columns; scales are little-endian in the store as in all machines that Node.js runs on but few. */
function bytesOf({ sketches, scales, novelties }: RecordColumns, k: number, row: number, rows: number): ByteColumns {
  return {
    sketches: sketches.subarray(row * k, (row + rows) * k),
    scales: new Uint8Array(scales.buffer, scales.byteOffset + 4 * row, 4 * rows),
    novelties: novelties.subarray(row, row + rows),
  };
}
