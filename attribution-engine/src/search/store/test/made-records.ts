// Records whose every number follows from their place.
import { createRandom } from "../../../numerics/random.ts";
import type { ScoredRecords } from "../../records.ts";

export function madeRecords(first: number, count: number, k: number): ScoredRecords {
  const sketches = new Int8Array(count * k);
  const scales = new Uint32Array(count);
  const novelties = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const random = createRandom(first + row, "record");
    for (let i = 0; i < k; i++) sketches[row * k + i] = random.below(255) - 127;
    scales[row] = random.below(2 ** 24);
    novelties[row] = random.below(256);
  }
  return { count, k, sketches, scales, novelties };
}
