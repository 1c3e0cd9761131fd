// Hashes many payloads of one length, encoded a slice at a time, so that memory stays bounded.
import { keccak256Each } from "@tributary/protocol/keccak";

const SLICE_BYTES = 2 ** 20;

/** Encodes the rows `first … end − 1` one behind another. */
export type RowEncoder = (first: number, end: number) => Uint8Array;

/** `H(row)` of the rows `0 … count − 1` of `rowBytes` bytes each: `32 · count` bytes. */
export function hashRows(count: number, rowBytes: number, encode: RowEncoder): Uint8Array {
  const perSlice = Math.max(1, Math.floor(SLICE_BYTES / rowBytes));
  const hashes = new Uint8Array(count * 32);
  for (let first = 0; first < count; first += perSlice) {
    hashes.set(keccak256Each(encode(first, Math.min(first + perSlice, count)), rowBytes), first * 32);
  }
  return hashes;
}
