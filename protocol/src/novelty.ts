// Novelty of an index's records and its witnesses, as a scalar reference (docs/formats.md §6.4).
import { equalBytes, NONE } from "./bytes.ts";
import { areNear } from "./content-signature.ts";
import { FULL_NOVELTY } from "./kinds.ts";
import { dot, sketchSums } from "./sketch.ts";

/** What novelty looks at in a record. */
export type NoveltyRecord = {
  /** 32 bytes. */
  recordHash: Uint8Array;
  /** 32 bytes; 0 where the method does not use it. */
  contentSignature: Uint8Array;
  sketch: Int8Array;
  /** Whether it stands in the index in withdrawn form, its signature and its sketch 0. */
  isWithdrawn?: boolean;
};

/** The method's rule; `tau` and `delta` in 1/65536, `0 < delta ≤ tau`. */
export type NoveltyRule = { tau: number; delta: number; signatureMatch: number };

/** Novelty 0 … 255, and the place of the earlier record that yields it or `NONE`; 0 and `NONE` for a withdrawn record. */
export type Novelty = { novelty: number; witness: number };

/**
 * Integer square root, rounded down.
 * @param n an integer 0 … 2^53 − 1
 */
export function isqrt(n: number): number {
  const root = Math.floor(Math.sqrt(n));
  // The nearest double of a root just below an integer may be that integer.
  return root * root > n ? root - 1 : root;
}

/** The cosine of two sketches in 1/65536, 0 where it is not positive. */
export function cosine16(x: Int8Array, y: Int8Array): number {
  const product = dot(x, y);
  const norm = isqrt(sketchSums(x).sumSq * sketchSums(y).sumSq);
  return product <= 0 || norm === 0 ? 0 : Math.floor((product * 65536) / norm);
}

/** `n(i, j)`: how new `later` is against `earlier`. */
export function noveltyAgainst(later: NoveltyRecord, earlier: NoveltyRecord, rule: NoveltyRule): number {
  const { tau, delta } = rule;
  if (equalBytes(later.recordHash, earlier.recordHash)) return 0;
  if (areNear(later.contentSignature, earlier.contentSignature, rule.signatureMatch)) return 0;
  const cosine = cosine16(later.sketch, earlier.sketch);
  if (cosine >= tau) return 0;
  if (cosine <= tau - delta) return FULL_NOVELTY;
  return Math.floor((FULL_NOVELTY * (tau - cosine)) / delta);
}

/** Novelties of all records of an index, in the order of their places; compares every pair. */
export function novelties(records: readonly NoveltyRecord[], rule: NoveltyRule): Novelty[] {
  return records.map((record, i) => {
    if (record.isWithdrawn === true) return { novelty: 0, witness: NONE };
    let novelty = FULL_NOVELTY;
    let witness = NONE;
    for (let j = 0; j < i; j++) {
      const against = noveltyAgainst(record, records[j]!, rule);
      if (against < novelty) {
        novelty = against;
        witness = j;
      }
    }
    return { novelty, witness };
  });
}
