/** Products of all records' vectors with all queries' vectors. */
import { matrixProduct, type Matrix } from "../../numerics/matrix-product.ts";
import type { Rows } from "../../sketch/vector-source.ts";

/** Scores of all records, by query: row `query` of queries · recordsᵀ. @throws Error where the vectors have different sizes */
export async function dotProducts(records: Rows, queries: Rows): Promise<(query: number) => Float64Array> {
  if (records.size !== queries.size)
    throw new Error(`vectors of queries have ${queries.size} coordinates, of records ${records.size}`);
  const { values } = await matrixProduct(asMatrix(queries), asMatrix(records), false, true);
  return (query) => Float64Array.from(values.subarray(query * records.count, (query + 1) * records.count));
}

/** Rows as a matrix. */
export function asMatrix({ count, size, values }: Rows): Matrix {
  return { rows: count, columns: size, values };
}

/** Rows divided by their length; a zero row stays. */
export function unitRows({ count, size, values }: Rows): Rows {
  const scaled = values.slice();
  for (let row = 0; row < count; row++) {
    const vector = scaled.subarray(row * size, (row + 1) * size);
    const norm = Math.hypot(...vector);
    if (norm > 0) for (let i = 0; i < size; i++) vector[i]! /= norm;
  }
  return { count, size, values: scaled };
}
