/** Keeps vectors that take long to make while there are more to come, so that interrupted work goes on where it stopped. */
import { join } from "node:path";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import type { Rows, VectorSource } from "./vector-source.ts";

/** Count and size, as u32. */
const HEADER_BYTES = 8;

/** Some of the chosen rows; `at` is the place of the first. */
interface Part {
  readonly at: number;
  readonly rows: readonly number[];
}

/**
 * The source, whose vectors are kept part by part where they are not mapped; a part that is damaged is made again.
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
        join(folder, `${kind}-${at}-${rows[0]}-${rows.at(-1)}-${rows.length}.rows`);
      const parts: Part[] = [];
      for (let at = 0; at < chosen.length; at += partRows) parts.push({ at, rows: chosen.slice(at, at + partRows) });
      const found = parts.map((part) => readRows(pathOf(part), part.rows.length));
      const missing = [...parts.keys()].filter((index) => found[index] === undefined);
      const missingRows = missing.flatMap((index) => parts[index]!.rows);
      const before = chosen.length - missingRows.length;
      if (missing.length > 0) {
        await source.rows(missingRows, kind, undefined, {
          ...work,
          places: missing.flatMap((index) => parts[index]!.rows.map((_, i) => parts[index]!.at + i)),
          onProgress: work.onProgress && ((done): void => work.onProgress?.(before + done, chosen.length)),
          onPart(first, rows) {
            const index = missing[Math.floor(first / partRows)]!;
            writeRows(pathOf(parts[index]!), rows);
            found[index] = rows;
          },
        });
      }
      return joined(found as Rows[]);
    },
  };
}

function writeRows(path: string, { count, size, values }: Rows): void {
  const bytes = Buffer.alloc(HEADER_BYTES + values.byteLength);
  bytes.writeUInt32LE(count, 0);
  bytes.writeUInt32LE(size, 4);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), HEADER_BYTES);
  writeSealed(path, bytes);
}

/** Kept rows; undefined where there are none, or they are damaged. */
function readRows(path: string, rows: number): Rows | undefined {
  const bytes = readSealed(path);
  if (bytes === undefined || bytes.length < HEADER_BYTES) return undefined;
  const [count, size] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  if (count !== rows || bytes.length !== HEADER_BYTES + 4 * count * size) return undefined;
  return { count, size, values: new Float32Array(Uint8Array.from(bytes.subarray(HEADER_BYTES)).buffer) };
}

function joined(parts: readonly Rows[]): Rows {
  const size = parts[0]!.size;
  const count = parts.reduce((total, part) => total + part.count, 0);
  const values = new Float32Array(count * size);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { count, size, values };
}
