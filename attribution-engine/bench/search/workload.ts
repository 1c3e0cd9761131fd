// What the benchmark searches: random sketches with their weights, in memory for this engine and in files for its peers.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom, type Random } from "../../src/numerics/random.ts";
import type { Queries, ScoredRecords } from "../../src/search/records.ts";

/** Sizes of a search. */
export interface Sizes {
  readonly records: number;
  readonly k: number;
  readonly queries: number;
  readonly topK: number;
}

export interface Workload {
  readonly sizes: Sizes;
  readonly records: ScoredRecords;
  readonly queries: Queries;
}

/** Four of five records are wholly novel. */
const NOVEL_SHARE = 0.8;

/** The same for the same sizes. Sketches are in shared memory, so that no thread needs a copy of its own to begin with. */
export function makeWorkload(sizes: Sizes): Workload {
  const random = createRandom(1, "search benchmark");
  const { records: count, k } = sizes;
  return {
    sizes,
    records: {
      count,
      k,
      sketches: coordinates(random, count * k),
      scales: Uint32Array.from({ length: count }, () => 1 + random.below(2 ** 24 - 1)),
      novelties: Uint8Array.from({ length: count }, () => (random.uniform() < NOVEL_SHARE ? 255 : random.below(256))),
    },
    queries: { count: sizes.queries, k, sketches: coordinates(random, sizes.queries * k) },
  };
}

/** Coordinates −127 … 127, four for each random word. */
function coordinates(random: Random, length: number): Int8Array {
  const sketches = new Int8Array(new SharedArrayBuffer(length));
  for (let i = 0; i < length; i += 4) {
    const word = random.uint32();
    for (let j = 0; j < 4; j++) sketches[i + j] = ((word >>> (8 * j)) % 255) - 127;
  }
  return sketches;
}

/** Writes the files that peers.py names; for inner products alone to order records as influence does, weights are multiplied in. */
export function writeForPeers({ records, queries }: Workload, folder: string): void {
  const { count, k, sketches } = records;
  const weights = Float32Array.from(records.scales, (scale, i) => (scale * records.novelties[i]!) / 2 ** 32);
  const weighted = new Float32Array(count * k);
  for (let record = 0; record < count; record++) {
    const weight = weights[record]!;
    for (let i = record * k; i < (record + 1) * k; i++) weighted[i] = sketches[i]! * weight;
  }
  const write = (name: string, column: Float32Array | Int8Array) =>
    writeFileSync(join(folder, name), new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  write("records.f32", weighted);
  write("queries.f32", Float32Array.from(queries.sketches));
  write("records.i8", sketches);
  write("queries.i8", queries.sketches);
  write("weights.f32", weights);
}
