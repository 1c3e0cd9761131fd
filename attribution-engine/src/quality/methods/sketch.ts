/** Our method: sketches as the engine makes them, and the same before they are rounded to int8. */
import type { PoolOptions } from "../../numerics/worker-pool.ts";
import { buildBasis, type BasisMethod } from "../../sketch/basis.ts";
import { influences } from "../../sketch/influence.ts";
import { MAX_COMPONENT, quantiseRows } from "../../sketch/quantise.ts";
import type { Rows, VectorSource } from "../../sketch/vector-source.ts";
import { dotProducts } from "./dot-products.ts";
import { FLOAT_BYTES, type AttributionMethod } from "./method.ts";

/** Both forms of the same sketches. */
export interface SketchMethods {
  /** As the engine keeps them: k int8 coordinates; the scale is beside them. */
  readonly sketch: AttributionMethod;
  readonly unquantised: AttributionMethod;
}

/** Rows with a larger step than the method's limit of size allows, shortened to it, as their sketches count. */
function limited(rows: Rows, largestStep: number): Rows {
  const { count, size } = rows;
  const values = rows.values.slice();
  for (let row = 0; row < count; row++) {
    const vector = values.subarray(row * size, (row + 1) * size);
    const step = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / MAX_COMPONENT;
    if (step > largestStep) vector.forEach((value, i) => (vector[i] = (value * largestStep) / step));
  }
  return { count, size, values };
}

/** Builds a basis of the records' vectors, sketches records and queries by it. */
export async function sketchMethods(
  records: VectorSource,
  queries: VectorSource,
  method: BasisMethod,
  work: PoolOptions,
): Promise<SketchMethods> {
  const { k } = method;
  const { map, unit, largestScale } = await buildBasis(records, method, work);
  const mapped = (source: VectorSource): Promise<Rows> =>
    source.rows(
      Array.from({ length: source.count }, (_, row) => row),
      "own",
      { matrix: map, columns: k },
      work,
    );
  const [ofRecords, ofQueries] = [await mapped(records), await mapped(queries)];
  const recordSketches = quantiseRows(ofRecords.values, k, unit, largestScale);
  const querySketches = quantiseRows(ofQueries.values, k, unit);
  return {
    sketch: { name: "sketch", k, bytes: k, scores: (query) => influences(recordSketches, querySketches, query) },
    unquantised: {
      name: "sketch-unquantised",
      k,
      bytes: FLOAT_BYTES * k,
      scores: await dotProducts(
        largestScale === undefined ? ofRecords : limited(ofRecords, largestScale * unit),
        ofQueries,
      ),
    },
  };
}
