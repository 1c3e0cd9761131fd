// The gradient baseline: plain dot products of projected gradients, without any curvature (TracIn at one checkpoint).
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import { keptRows } from "../sketch/kept-rows.ts";
import { ownGradients, type SketchMethod } from "../sketch/own-model.ts";
import type { Rows } from "../sketch/vector-source.ts";

/**
 * Projected gradients of texts' losses, by the projection that sketches use.
 * @param keptIn folder for what is made of this model, these texts and this length, and of no others
 */
export function projectedGradients(
  model: FrozenModel,
  adapter: Adapter,
  method: SketchMethod,
  texts: readonly (readonly number[])[],
  length: number,
  work: PoolOptions,
  keptIn?: string,
): Promise<Rows> {
  const source = ownGradients(model, adapter, method, texts, length);
  const kept = keptIn === undefined ? source : keptRows(source, keptIn);
  return kept.rows([...texts.keys()], "own", undefined, work);
}

/** Scores of all records on a call: ⟨gradient of the call, gradient of the record⟩. */
export function gradientDots(records: Rows, calls: Rows): (call: number) => Float64Array {
  if (records.size !== calls.size)
    throw new Error(`gradients of calls have ${calls.size} coordinates, of records ${records.size}`);
  const { size } = records;
  return (call) => {
    const query = calls.values.subarray(call * size, (call + 1) * size);
    const scores = new Float64Array(records.count);
    for (let record = 0; record < records.count; record++) {
      const from = record * size;
      let dot = 0;
      for (let i = 0; i < size; i++) dot += query[i]! * records.values[from + i]!;
      scores[record] = dot;
    }
    return scores;
  };
}
