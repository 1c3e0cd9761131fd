// Amounts as tables hold them: u128 as 16 bytes, big-endian.

/** The 16 bytes of value `i` of a u128 column (two words a value). */
export function u128Bytes(column: BigUint64Array, i: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, column[2 * i]!);
  view.setBigUint64(8, column[2 * i + 1]!);
  return bytes;
}

/** The u128 column of rows of 16 bytes. */
export function u128ColumnOfBytes(bytes: Uint8Array): BigUint64Array {
  const column = new BigUint64Array(bytes.length / 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < column.length; i++) column[i] = view.getBigUint64(8 * i);
  return column;
}
