/** Keeps the vectors that a basis is made of while it is being made, so that interrupted work goes on where it stopped. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadTensors, saveTensors } from "../numerics/safetensors.ts";
import type { Rows, VectorSource } from "./vector-source.ts";

const TENSOR = "rows";

/** Some of the chosen rows; `at` is the place of the first. */
interface Part {
  readonly at: number;
  readonly rows: readonly number[];
}

/**
 * The source, whose vectors are kept part by part where they are not mapped.
 * @param folder for the vectors of this source, and no other; its user removes it.
 */
export function keptRows(source: VectorSource, folder: string): VectorSource {
  const { partRows } = source;
  return {
    ...source,
    async rows(chosen, kind, map, work) {
      if (map !== undefined) return source.rows(chosen, kind, map, work);
      // The place is part of the name: rows that are named several times differ in their drawn targets.
      const pathOf = ({ at, rows }: Part): string =>
        join(folder, `${kind}-${at}-${rows[0]}-${rows.at(-1)}-${rows.length}.safetensors`);
      const parts: Part[] = [];
      for (let at = 0; at < chosen.length; at += partRows) parts.push({ at, rows: chosen.slice(at, at + partRows) });
      const missing = parts.filter((part) => !existsSync(pathOf(part)));
      const missingRows = missing.flatMap(({ rows }) => rows);
      const before = chosen.length - missingRows.length;
      if (missing.length > 0) {
        await source.rows(missingRows, kind, undefined, {
          ...work,
          places: missing.flatMap(({ at, rows }) => rows.map((_, i) => at + i)),
          onProgress: work.onProgress && ((done): void => work.onProgress?.(before + done, chosen.length)),
          onPart(first, { count, size, values }) {
            const data = new Map([[TENSOR, { shape: [count, size], data: values }]]);
            saveTensors(pathOf(missing[Math.floor(first / partRows)]!), { tensors: data, metadata: {} });
          },
        });
      }
      return joined(parts.map(pathOf));
    },
  };
}

function joined(paths: readonly string[]): Rows {
  const parts = paths.map((path) => loadTensors(path).tensors.get(TENSOR)!);
  const size = parts[0]!.shape[1]!;
  const count = parts.reduce((total, { shape }) => total + shape[0]!, 0);
  const values = new Float32Array(count * size);
  let at = 0;
  for (const { data } of parts) {
    values.set(data, at);
    at += data.length;
  }
  return { count, size, values };
}
