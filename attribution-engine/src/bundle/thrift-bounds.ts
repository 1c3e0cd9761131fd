// Bounds what Thrift's compact encoding, in which Parquet writes its metadata, makes its reader allocate.

const LONGEST_VARINT = 10;
/** Footers nest eight deep: metadata, groups, columns, and what columns say. */
const DEEPEST = 16;

// Types of the compact protocol.
const STOP = 0;
const FALSE = 2;
const BYTE = 3;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/**
 * Walks over a struct without reading it. The library's reader takes lengths of lists and numbers as they are stated, so that a hundred bytes can make it
 * allocate gigabytes; what this lets through costs it no more than a small multiple of the bytes.
 * @throws Error if the struct does not end within `bytes`, nests too deep, or states a length that they cannot hold
 */
export function checkThrift(bytes: Uint8Array): void {
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error("metadata is cut off");
    return byte;
  };
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < LONGEST_VARINT; i++) {
      const byte = next();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new Error("metadata has a number that is too long");
  };
  const length = (stated: number): number => {
    if (stated > bytes.length - at)
      throw new Error(`metadata states ${stated} elements, ${bytes.length - at} bytes follow`);
    return stated;
  };
  const skip = (count: number): void => {
    at += count;
  };
  const element = (type: number, depth: number, isInList: boolean): void => {
    if (depth > DEEPEST) throw new Error("metadata nests too deep");
    if (type > STOP && type <= FALSE) skip(isInList ? 1 : 0);
    else if (type === BYTE) skip(1);
    else if (type > BYTE && type <= I64) varint();
    else if (type === DOUBLE) skip(8);
    else if (type === BINARY) skip(length(varint()));
    else if (type === LIST) {
      const head = next();
      const count = length(head >> 4 === 15 ? varint() : head >> 4);
      for (let i = 0; i < count; i++) element(head & 15, depth + 1, true);
    } else if (type === STRUCT) struct(depth + 1);
    else throw new Error(`metadata has an element of type ${type}`);
  };
  const struct = (depth: number): void => {
    for (let head = next(); (head & 15) !== STOP; head = next()) {
      if (head >> 4 === 0) varint();
      element(head & 15, depth, false);
    }
  };
  struct(0);
}
