/** Sketches all rows of a source in parts that are kept, so that interrupted work goes on where it stopped. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { SketchBasis } from "./basis.ts";
import { quantiseRows, type Sketches } from "./quantise.ts";
import { loadSketches, saveSketches } from "./sketch-file.ts";
import type { VectorSource } from "./vector-source.ts";

const PART = /^(\d+)\.sketches$/;

/**
 * Sketches every row. What is there already in `folder` is not made again.
 * @param folder for the parts of this source and basis, and no other; its caller removes it once the result is stored.
 * @throws naming the row whose vector cannot be made or is not finite; the parts that are done stay.
 */
export async function sketchInParts(
  source: VectorSource,
  { method: { k }, map, unit, largestScale }: SketchBasis,
  folder: string,
  { workers, onProgress, shards }: PoolOptions,
): Promise<Sketches> {
  mkdirSync(folder, { recursive: true });
  const { count, partRows } = source;
  const sketches = new Int8Array(count * k);
  const scales = new Uint32Array(count);
  const place = (first: number, part: Sketches): void => {
    sketches.set(part.sketches, first * k);
    scales.set(part.scales, first);
  };
  const missing: number[] = [];
  const kept = keptParts(folder);
  for (let first = 0; first < count; first += partRows) {
    const rows = Math.min(partRows, count - first);
    const part = kept.has(first) ? readPart(folder, first) : undefined;
    if (part?.count === rows && part.k === k) place(first, part);
    else for (let row = first; row < first + rows; row++) missing.push(row);
  }
  let done = count - missing.length;
  if (missing.length > 0) {
    await source.rows(
      missing,
      "own",
      { matrix: map, columns: k },
      {
        workers,
        shards,
        onPart(at, { values, count: made }) {
          const part = quantiseRows(values, k, unit, largestScale);
          saveSketches(partPath(folder, missing[at]!), part);
          place(missing[at]!, part);
          done += made;
          onProgress?.(done, count);
        },
      },
    );
  }
  return { count, k, sketches, scales };
}

function partPath(folder: string, first: number): string {
  return join(folder, `${first}.sketches`);
}

function keptParts(folder: string): Set<number> {
  return new Set(
    readdirSync(folder)
      .flatMap((name) => PART.exec(name)?.[1] ?? [])
      .map(Number),
  );
}

/** A kept part; one that is damaged is dropped, and so made again. */
function readPart(folder: string, first: number): Sketches | undefined {
  try {
    return loadSketches(partPath(folder, first));
  } catch {
    rmSync(partPath(folder, first));
    return undefined;
  }
}
