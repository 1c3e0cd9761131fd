// Content signatures: 256-bit one-bit MinHashes of a text's shingles (docs/formats.md §6.5).
import { isZero } from "./bytes.ts";
import { shingleMinima } from "./kernel.ts";

const SIGNATURE_BITS = 256;
const SHINGLE_WORDS = 3;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * The content signature of a canonical text.
 * @returns 32 bytes; all 0 for a text without words
 */
export function contentSignature(canonicalText: string): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_BITS / 8);
  const shingles = shinglesOf(canonicalText);
  if (shingles.size === 0) return signature;
  const minima = shingleMinima([...shingles], SIGNATURE_BITS);
  for (let bit = 0; bit < SIGNATURE_BITS; bit++) signature[bit >> 3]! |= (minima[bit]! & 1) << (7 - (bit & 7));
  return signature;
}

/** The distinct runs of three lower-cased words, or all words if there are fewer. */
export function shinglesOf(canonicalText: string): Set<string> {
  const words = canonicalText.match(WORD)?.map((word) => word.toLowerCase()) ?? [];
  if (words.length === 0) return new Set();
  if (words.length < SHINGLE_WORDS) return new Set([words.join(" ")]);
  const shingles = new Set<string>();
  for (let i = 0; i + SHINGLE_WORDS <= words.length; i++) shingles.add(words.slice(i, i + SHINGLE_WORDS).join(" "));
  return shingles;
}

/** How many of the 256 bits of two signatures agree. */
export function agreeingBits(a: Uint8Array, b: Uint8Array): number {
  let different = 0;
  for (let i = 0; i < a.length; i++) {
    for (let bits = a[i]! ^ b[i]!; bits !== 0; bits &= bits - 1) different++;
  }
  return 8 * a.length - different;
}

/**
 * Whether two signatures, both not 0, agree in at least `signatureMatch` bits.
 * @param signatureMatch above 256: never
 */
export function areNear(a: Uint8Array, b: Uint8Array, signatureMatch: number): boolean {
  return agreeingBits(a, b) >= signatureMatch && !isZero(a) && !isZero(b);
}
