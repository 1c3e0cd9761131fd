/** Vectors of several sources side by side: a sum over checkpoints in one sketch. */
import type { Rows, VectorSource } from "./vector-source.ts";
import { matrixProduct } from "../numerics/matrix-product.ts";

/**
 * Each row is that row of every source, joined; so a dot product of rows is the sum of the sources' dot products. Targets are drawn from each
 * source's own model, independently of the others where their seeds differ, so that the curvature between two of them is 0 but for chance.
 */
export function joinedSource(sources: readonly VectorSource[]): VectorSource {
  const { count, partRows } = sources[0]!;
  const other = sources.find((source) => source.count !== count);
  if (other !== undefined) throw new Error(`sources of ${count} and ${other.count} rows cannot be joined`);
  return {
    count,
    partRows,
    async rows(chosen, kind, map, work) {
      const parts: Rows[] = [];
      for (const source of sources) parts.push(await source.rows(chosen, kind, undefined, { workers: work.workers }));
      const joined = joinRows(parts);
      const rows = map === undefined ? joined : await times(joined, map.matrix, map.columns);
      work.onPart?.(0, rows);
      work.onProgress?.(chosen.length, chosen.length);
      return rows;
    },
  };
}

/** The rows of all parts side by side. */
function joinRows(parts: readonly Rows[]): Rows {
  const { count } = parts[0]!;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const values = new Float32Array(count * size);
  let start = 0;
  for (const part of parts) {
    for (let row = 0; row < count; row++)
      values.set(part.values.subarray(row * part.size, (row + 1) * part.size), row * size + start);
    start += part.size;
  }
  return { count, size, values };
}

async function times({ count, size, values }: Rows, matrix: Float32Array, columns: number): Promise<Rows> {
  const product = await matrixProduct({ rows: count, columns: size, values }, { rows: size, columns, values: matrix });
  return { count, size: columns, values: product.values };
}
