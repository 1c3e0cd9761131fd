// The form that the records of a withdrawn contribution have in an index: a place that weighs nothing and needs no text.
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { readSketchRows, ROWS_AT_A_TIME, type SketchColumn, type StoredColumn } from "../sketch/sketch-column.ts";

/** The places of the records of some contributions. */
export function placesOf(contributionIds: BigUint64Array, contributions: ReadonlySet<bigint>): number[] {
  return [...contributionIds.keys()].filter((place) => contributions.has(contributionIds[place]!));
}

/**
 * The same sketches with zeros at some places; those that are in a file are copied to another, run by run.
 * @param path of the copy
 */
export function blankedSketches(
  { count, k, sketches }: { count: number; k: number; sketches: SketchColumn },
  places: readonly number[],
  path: string,
): SketchColumn {
  if (places.length === 0) return sketches;
  const blanked = new Set(places);
  const blank = (rows: Int8Array, first: number): Int8Array => {
    for (let row = 0; row < rows.length / k; row++) if (blanked.has(first + row)) rows.fill(0, row * k, (row + 1) * k);
    return rows;
  };
  if (sketches instanceof Int8Array) return blank(sketches.slice(), 0);
  return copyRows({ count, k, sketches }, path, blank);
}

function copyRows(
  rows: { count: number; k: number; sketches: StoredColumn },
  path: string,
  change: (rows: Int8Array, first: number) => Int8Array,
): StoredColumn {
  const digest = createHash("sha256");
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "w");
  try {
    for (let first = 0; first < rows.count; first += ROWS_AT_A_TIME) {
      const run = change(readSketchRows(rows, first, Math.min(rows.count, first + ROWS_AT_A_TIME)), first);
      const bytes = new Uint8Array(run.buffer, run.byteOffset, run.byteLength);
      digest.update(bytes);
      writeSync(file, bytes);
    }
  } finally {
    closeSync(file);
  }
  return { path, start: 0, digest: digest.digest("hex") };
}
