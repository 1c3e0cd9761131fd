/** Vectors that are made once, since several methods and settings are made of them. */
import { matrixProduct } from "../../numerics/matrix-product.ts";
import type { Rows, VectorSource, VectorWork } from "../../sketch/vector-source.ts";

/** The source, of which every row is made at most once for each kind; what is mapped is made of what is remembered. */
export function rememberedVectors(source: VectorSource): VectorSource {
  let own: Promise<Rows> | undefined;
  const sampled = new Map<string, Promise<Rows>>();
  const vectors = async (chosen: readonly number[], kind: "own" | "sampled", work: VectorWork): Promise<Rows> => {
    if (kind === "own") {
      own ??= source.rows(everyRow(source), "own", undefined, work);
      return pick(await own, chosen);
    }
    // Drawn targets depend on which rows are chosen.
    const key = chosen.join();
    const known = sampled.get(key) ?? source.rows(chosen, "sampled", undefined, work);
    sampled.set(key, known);
    return known;
  };
  return {
    ...source,
    async rows(chosen, kind, map, work) {
      const rows = await vectors(chosen, kind, work);
      if (map === undefined) return rows;
      const { values } = await matrixProduct(
        { rows: rows.count, columns: rows.size, values: rows.values },
        { rows: rows.size, columns: map.columns, values: map.matrix },
      );
      return { count: rows.count, size: map.columns, values };
    },
  };
}

/** Places of all rows of a source. */
export function everyRow({ count }: VectorSource): number[] {
  return Array.from({ length: count }, (_, row) => row);
}

/** Some rows, in the order of `chosen`. */
export function pick({ count, size, values }: Rows, chosen: readonly number[]): Rows {
  if (chosen.length === count && chosen.every((row, place) => row === place)) return { count, size, values };
  const picked = new Float32Array(chosen.length * size);
  chosen.forEach((row, place) => picked.set(values.subarray(row * size, (row + 1) * size), place * size));
  return { count: chosen.length, size, values: picked };
}
