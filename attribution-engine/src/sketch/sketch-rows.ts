/** Sketches rows of any source by a basis. */
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { SketchBasis } from "./basis.ts";
import { quantiseRows, type Sketches } from "./quantise.ts";
import type { VectorSource } from "./vector-source.ts";

/** Sketches the chosen rows, in their order. @throws naming the row whose vector cannot be made or is not finite. */
export async function sketchRows(
  source: VectorSource,
  { method: { k }, map, unit, largestScale }: SketchBasis,
  chosen: readonly number[],
  work: PoolOptions,
): Promise<Sketches> {
  const { values } = await source.rows(chosen, "own", { matrix: map, columns: k }, work);
  return quantiseRows(values, k, unit, largestScale);
}
