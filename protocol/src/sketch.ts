// Sketches: vectors of k coordinates −127 … 127, stored excess-128 (docs/formats.md §3).

const EXCESS = 128;

/** What a sketch has on-chain beside its coordinates: `sumU = Σ (x + 128)` and `sumSq = Σ x²`. */
export type SketchSums = { sumU: number; sumSq: number };

/** The sums of `k` coordinates. */
export function sketchSums(sketch: Int8Array): SketchSums {
  let sum = 0;
  let sumSq = 0;
  for (const x of sketch) {
    sum += x;
    sumSq += x * x;
  }
  return { sumU: sum + EXCESS * sketch.length, sumSq };
}

/**
 * Writes coordinates as excess-128 bytes.
 * @throws RangeError naming the coordinate if one is −128
 */
export function writeSketch(bytes: Uint8Array, offset: number, sketch: Int8Array, what: string): void {
  for (let i = 0; i < sketch.length; i++) {
    if (sketch[i] === -EXCESS) throw new RangeError(`${what}: coordinate ${i} is -128; the least is -127`);
    bytes[offset + i] = sketch[i]! + EXCESS;
  }
}

/**
 * Reads `k` excess-128 bytes.
 * @throws RangeError naming the coordinate if a byte is 0
 */
export function readSketch(bytes: Uint8Array, offset: number, k: number, what: string): Int8Array {
  const sketch = new Int8Array(k);
  for (let i = 0; i < k; i++) {
    if (bytes[offset + i] === 0) throw new RangeError(`${what}: byte of coordinate ${i} is 0`);
    sketch[i] = bytes[offset + i]! - EXCESS;
  }
  return sketch;
}

/**
 * Turns the bytes of a sketch round, in place: calls' sketches are stored from the last coordinate to the first, because the dot product on-chain adds up many
 * products by one multiplication, for which one side has to stand in reverse order.
 */
export function reverseSketch(bytes: Uint8Array, offset: number, k: number): void {
  bytes.subarray(offset, offset + k).reverse();
}

/** `⟨x, y⟩`, exactly. */
export function dot(x: Int8Array, y: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
