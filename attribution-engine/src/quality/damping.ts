/** The damping of a sketch, chosen without retraining. */
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { VectorSource } from "../sketch/vector-source.ts";

/** Least λ, as a multiple of the curvature's mean diagonal: below it the noise of a curvature that is estimated from drawn targets is inverted with it. */
const LEAST = 0.5;

/**
 * λ is the objective's own: its decay (λ/2 · the weights' squares beside the mean loss) adds λI to the second derivative; but at least half the
 * curvature's mean diagonal.
 * @returns λ as a multiple of the mean diagonal, as a basis takes it.
 */
export async function dampingOfDecay(source: VectorSource, decay: number, work: PoolOptions): Promise<number> {
  const all = Array.from({ length: source.count }, (_, row) => row);
  const { values, count, size } = await source.rows(all, "sampled", undefined, work);
  const meanDiagonal = values.reduce((sum, value) => sum + value * value, 0) / (count * size);
  if (!(meanDiagonal > 0)) throw new Error("the curvature is zero: the model fits its records without any doubt");
  return Math.max(LEAST, decay / meanDiagonal);
}
