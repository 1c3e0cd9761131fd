/** Rounding of real sketch vectors to int8 with an integer scale per record. */

/** Quantised sketches, `count` × `k`. */
export interface Sketches {
  readonly count: number;
  readonly k: number;
  readonly sketches: Int8Array;
  /** 1 to 2^24 − 1 each; 0 for an all-zero sketch. */
  readonly scales: Uint32Array;
}

export const MAX_COMPONENT = 127;
export const MAX_SCALE = 2 ** 24 - 1;

/**
 * Quantises rows symmetrically: step = max|v| / 127, component = v / step rounded half up, scale = step / unit rounded and clamped.
 * @param values row-major, `count` × `k`.
 * @param unit the step that scale 1 stands for.
 * @param largestScale what larger scales are lowered to.
 */
export function quantiseRows(
  values: Float32Array,
  k: number,
  unit: number,
  largestScale: number = MAX_SCALE,
): Sketches {
  const count = values.length / k;
  const sketches = new Int8Array(values.length);
  const scales = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const vector = values.subarray(row * k, (row + 1) * k);
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!Number.isFinite(largest)) throw new Error(`row ${row}: the sketch holds a value that is not finite`);
    if (largest === 0) continue;
    const step = largest / MAX_COMPONENT;
    for (let i = 0; i < k; i++) sketches[row * k + i] = Math.round(vector[i]! / step);
    scales[row] = Math.min(largestScale, Math.max(1, Math.round(step / unit)));
  }
  return { count, k, sketches, scales };
}
