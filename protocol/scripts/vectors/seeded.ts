// Reproducible values for test vectors, drawn from Keccak of a label.
import { concatBytes, readBigUint, bytesToHex } from "../../src/bytes.ts";
import { keccak256 } from "../../src/keccak.ts";

/** `length` bytes that depend on the label alone. */
export function seededBytes(label: string, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let i = 0; 32 * i < length; i++) blocks.push(keccak256(new TextEncoder().encode(`${label}/${i}`)));
  return concatBytes(...blocks).slice(0, length);
}

/** The same in hex. */
export function seededHex(label: string, length: number): `0x${string}` {
  return bytesToHex(seededBytes(label, length));
}

/** An integer of `bits` bits. */
export function seededUint(label: string, bits: number): bigint {
  return BigInt.asUintN(bits, readBigUint(seededBytes(label, 32), 0, 32));
}

/** A number below `limit`. */
export function seededNumber(label: string, limit: number): number {
  return Number(seededUint(label, 128) % BigInt(limit));
}

/** `k` coordinates −most … most. */
export function seededSketch(label: string, k: number, most = 127): Int8Array {
  return Int8Array.from({ length: k }, (_, i) => seededNumber(`${label}/${i}`, 2 * most + 1) - most);
}
