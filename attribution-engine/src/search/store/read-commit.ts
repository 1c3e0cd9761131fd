// Reads what a record store's file says of itself: its shape, and the newest commit that was written to the end.
import { fstatSync, readSync } from "node:fs";
import {
  type Commit,
  commitPlace,
  decodeCommit,
  decodeHeader,
  RECORD_BYTES,
  type StoreShape,
  storeBytes,
} from "./format.ts";

/**
 * @param file a descriptor of the store at `path`.
 * @throws Error that names the file if it is no store, has no whole commit, or is shorter than its commit says.
 */
export function readCommit(file: number, path: string): { shape: StoreShape; commit: Commit } {
  const { size } = fstatSync(file);
  const at = (start: number): Buffer => {
    const bytes = Buffer.alloc(RECORD_BYTES);
    if (readSync(file, bytes, 0, RECORD_BYTES, start) < RECORD_BYTES) {
      throw new Error(`${path}: ${size} bytes; not a record store, or its beginning is lost`);
    }
    return bytes;
  };
  const shape = decodeHeader(at(0), path);
  const commits = [0, 1].map((sequence) => decodeCommit(at(commitPlace(sequence))));
  const [commit] = commits.filter((one) => one !== undefined).sort((a, b) => b.sequence - a.sequence);
  if (commit === undefined) throw new Error(`${path}: both of its commit records are damaged`);
  const expected = storeBytes(shape, commit.count);
  if (size < expected) {
    const block = Math.max(
      0,
      Math.floor((size - storeBytes(shape, 0)) / (storeBytes(shape, 1) - storeBytes(shape, 0))),
    );
    throw new Error(
      `${path}: ${size} bytes for ${commit.count} records, expected ${expected}; it is cut in block ${block}, from row ${block * shape.blockRecords} on`,
    );
  }
  return { shape, commit };
}
