// Byte strings with big-endian fields, the ground of every encoding of docs/formats.md §1.

/** Largest value of a `u32` field: "there is no such index". */
export const NONE = 0xffffffff;
export const MAX_U48 = 2 ** 48 - 1;
export const MAX_U64 = (1n << 64n) - 1n;
export const MAX_U128 = (1n << 128n) - 1n;
export const MAX_U256 = (1n << 256n) - 1n;

/** The concatenation of byte strings. */
export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Negative, 0 or positive as `a` sorts before, at or behind `b`, byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hex with `0x`. */
export function bytesToHex(bytes: Uint8Array): `0x${string}` {
  let hex = "0x";
  for (const byte of bytes) hex += HEX_OF_BYTE[byte]!;
  return hex as `0x${string}`;
}

/**
 * The bytes of a `0x` hex string.
 * @throws Error if the text is not an even number of hex digits behind `0x`
 */
export function hexToBytes(hex: string): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new Error(`not a 0x hex string of whole bytes: ${hex.slice(0, 80)}`);
  const bytes = new Uint8Array(hex.length / 2 - 1);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = 16 * digitOf(hex.charCodeAt(2 * i + 2)) + digitOf(hex.charCodeAt(2 * i + 3));
  return bytes;
}

/** @param code of a hex digit: 0 … 9 are 0x30 …, A … F 0x41 …, a … f 0x61 … */
function digitOf(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code & 0xf) + 9;
}

/** Reads an unsigned big-endian field of `width ≤ 6` bytes. */
export function readUint(bytes: Uint8Array, offset: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + bytes[offset + i]!;
  return value;
}

/** Reads an unsigned big-endian field of any width. */
export function readBigUint(bytes: Uint8Array, offset: number, width: number): bigint {
  let value = 0n;
  let i = 0;
  for (; i + 6 <= width; i += 6) value = (value << 48n) | BigInt(readUint(bytes, offset + i, 6));
  return i === width ? value : (value << BigInt(8 * (width - i))) | BigInt(readUint(bytes, offset + i, width - i));
}

/**
 * Writes an unsigned big-endian field of `width ≤ 6` bytes.
 * @throws RangeError naming the field if the value does not fit
 */
export function writeUint(bytes: Uint8Array, offset: number, width: number, value: number, field: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
    throw new RangeError(`${field}: ${value} is not a u${8 * width}`);
  }
  for (let i = width - 1, rest = value; i >= 0; i--) {
    bytes[offset + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/**
 * Writes an unsigned big-endian field of any width.
 * @throws RangeError naming the field if the value does not fit
 */
export function writeBigUint(bytes: Uint8Array, offset: number, width: number, value: bigint, field: string): void {
  if (value < 0n || value >> BigInt(8 * width) !== 0n)
    throw new RangeError(`${field}: ${value} is not a u${8 * width}`);
  let rest = value;
  let i = width;
  for (; i >= 6; i -= 6) {
    writeUint(bytes, offset + i - 6, 6, Number(rest & 0xffffffffffffn), field);
    rest >>= 48n;
  }
  writeUint(bytes, offset, i, Number(rest), field);
}

/**
 * Writes a field of exactly `width` raw bytes.
 * @throws RangeError naming the field if the value has another length
 */
export function writeBytes(bytes: Uint8Array, offset: number, width: number, value: Uint8Array, field: string): void {
  if (value.length !== width) throw new RangeError(`${field}: ${value.length} bytes instead of ${width}`);
  bytes.set(value, offset);
}
