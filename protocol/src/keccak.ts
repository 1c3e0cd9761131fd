// Keccak-256 (`H` of docs/formats.md §1), for single byte strings and for batches of equal length.
import { hashEach, hashOne } from "#hashing";

/**
 * `H(bytes)`, docs/formats.md §1.
 * @returns 32 bytes
 */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return hashOne(bytes);
}

/**
 * `H` of every item of a table of byte strings of equal length.
 * @param bytes the items, one behind the other: `itemLength · n` bytes
 * @param itemLength bytes per item, at least 1
 * @returns `32 · n` bytes
 * @throws RangeError if `bytes` is not a whole number of items
 */
export function keccak256Each(bytes: Uint8Array, itemLength: number): Uint8Array {
  if (!Number.isInteger(itemLength) || itemLength < 1 || bytes.length % itemLength !== 0) {
    throw new RangeError(`${bytes.length} bytes are not a whole number of items of ${itemLength} bytes`);
  }
  return hashEach(bytes, itemLength);
}
