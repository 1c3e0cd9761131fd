/** Influence of records on a call from quantised sketches. */
import type { Sketches } from "./quantise.ts";

/** s = scale_i · ⟨q, r_i⟩ of every record on call `call`; exact integers below 2^53. */
export function influences(records: Sketches, calls: Sketches, call: number): Float64Array {
  const { k } = records;
  if (calls.k !== k) throw new Error(`calls have ${calls.k} dimensions, records ${k}`);
  const query = calls.sketches.subarray(call * k, (call + 1) * k);
  const scores = new Float64Array(records.count);
  for (let record = 0; record < records.count; record++) {
    const base = record * k;
    let dot = 0;
    for (let i = 0; i < k; i++) dot += query[i]! * records.sketches[base + i]!;
    scores[record] = dot * records.scales[record]!;
  }
  return scores;
}
