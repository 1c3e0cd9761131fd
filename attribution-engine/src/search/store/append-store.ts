// Appends records to a store so that a process killed at any moment leaves every committed record, and nothing else that counts.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { checkRecords, type ScoredRecords } from "../records.ts";
import { lockFile } from "./lock-file.ts";
import {
  addSums,
  blockLayout,
  checkShape,
  type Commit,
  commitPlace,
  defaultBlockRecords,
  encodeCommit,
  encodeHeader,
  encodeTrailer,
  NO_SUMS,
  type StoreShape,
  storeBytes,
} from "./format.ts";
import { readCommit } from "./read-commit.ts";

/** A store that is open for appending, by one process at a time. */
export interface RecordAppender {
  readonly k: number;
  /** Records that are committed. */
  readonly committed: number;
  /** Writes records behind those before; they count from the next commit on. Throws, and writes nothing, if they are not well-formed. */
  append(records: ScoredRecords): void;
  /** Makes all records written so far durable, and returns their number. */
  commit(): number;
  /** Drops what was not committed. */
  close(): void;
}

/** Makes an empty store, whole or not at all. @throws if there is a file at `path`. */
export function createRecordStore(path: string, k: number, blockRecords = defaultBlockRecords(k)): void {
  const shape = { k, blockRecords };
  checkShape(shape, path);
  if (existsSync(path)) throw new Error(`${path} exists already; open it to append, or name another file`);
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "w");
  try {
    writeAt(file, encodeHeader(shape), 0);
    const first: Commit = { sequence: 0, count: 0, tail: NO_SUMS };
    writeAt(file, encodeCommit(first), commitPlace(0));
    writeAt(file, encodeCommit(first), commitPlace(1));
    ftruncateSync(file, storeBytes(shape, 0));
    fsyncSync(file);
    linkSync(temporary, path);
    syncFolder(path);
  } finally {
    closeSync(file);
    rmSync(temporary, { force: true });
  }
}

/** @throws Error that names the file if it is no store, damaged, or open for appending elsewhere. */
export function openRecordAppender(path: string): RecordAppender {
  const unlock = lockFile(path);
  let file: number | undefined;
  try {
    file = openSync(path, "r+");
    const { shape, commit } = readCommit(file, path);
    checkTail(file, path, shape, commit);
    ftruncateSync(file, storeBytes(shape, commit.count));
    return appender(file, path, shape, commit, unlock);
  } catch (error) {
    if (file !== undefined) closeSync(file);
    unlock();
    throw error;
  }
}

function appender(file: number, path: string, shape: StoreShape, last: Commit, unlock: () => void): RecordAppender {
  const { k, blockRecords } = shape;
  let commit = last;
  let { count, tail } = commit;
  let isUsable = true;
  let isClosed = false;

  /** Writes the rows `from … from + rows − 1` of the records into the block where the store ends. */
  const writeRows = (records: ScoredRecords, from: number, rows: number): void => {
    const block = Math.floor(count / blockRecords);
    const row = count % blockRecords;
    const at = blockLayout(shape, block);
    const columns = {
      sketches: excess128(records.sketches.subarray(from * k, (from + rows) * k)),
      scales: littleEndian(records.scales.subarray(from, from + rows)),
      novelties: records.novelties.subarray(from, from + rows),
    };
    writeAt(file, columns.sketches, at.sketches + row * k);
    writeAt(file, columns.scales, at.scales + row * 4);
    writeAt(file, columns.novelties, at.novelties + row);
    tail = addSums(tail, columns);
    count += rows;
    if (count % blockRecords === 0) {
      writeAt(file, encodeTrailer(block, tail), at.trailer);
      tail = NO_SUMS;
    }
  };
  const attempt = <Result>(work: () => Result): Result => {
    if (!isUsable) throw new Error(`${path}: an earlier write failed or it was closed; open it again`);
    isUsable = false;
    const result = work();
    isUsable = true;
    return result;
  };

  return {
    k,
    get committed() {
      return commit.count;
    },
    append(records) {
      if (records.k !== k) throw new Error(`${path}: records have ${records.k} dimensions, the store has ${k}`);
      checkRecords(records, `${path}: records to append`);
      attempt(() => {
        for (let from = 0; from < records.count;) {
          const rows = Math.min(records.count - from, blockRecords - (count % blockRecords));
          writeRows(records, from, rows);
          from += rows;
        }
      });
    },
    commit() {
      return attempt(() => {
        if (count > commit.count) {
          // A last block that is not full has its full length, of which the rest is a hole.
          ftruncateSync(file, storeBytes(shape, count));
          fsyncSync(file);
          const next: Commit = { sequence: commit.sequence + 1, count, tail };
          writeAt(file, encodeCommit(next), commitPlace(next.sequence));
          fsyncSync(file);
          commit = next;
        }
        return count;
      });
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      isUsable = false;
      closeSync(file);
      unlock();
    },
  };
}

/** Fails unless the records in the last block, if it is not full, are those that were committed. */
function checkTail(file: number, path: string, shape: StoreShape, { count, tail }: Commit): void {
  const rows = count % shape.blockRecords;
  if (rows === 0) return;
  const block = Math.floor(count / shape.blockRecords);
  const at = blockLayout(shape, block);
  const read = (start: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, start);
    return bytes;
  };
  const sums = addSums(NO_SUMS, {
    sketches: read(at.sketches, rows * shape.k),
    scales: read(at.scales, rows * 4),
    novelties: read(at.novelties, rows),
  });
  if (!isDeepStrictEqual(sums, tail)) {
    throw new Error(
      `${path} block ${block}: rows ${count - rows} to ${count - 1} are damaged: their checksum is wrong`,
    );
  }
}

function excess128(sketches: Int8Array): Uint8Array {
  const bytes = new Uint8Array(sketches.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = sketches[i]! + 128;
  return bytes;
}

function littleEndian(values: Uint32Array): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

/** Makes the name of a new file durable. */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
