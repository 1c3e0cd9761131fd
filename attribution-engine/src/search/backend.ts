// What every way of searching offers: exact lists of queries over shards of records, on a CPU thread or a device.
import type { RankedLists } from "./ranked-lists.ts";
import type { RecordSource } from "./record-source.ts";
import type { Queries } from "./records.ts";

/** `wasm`: WebAssembly SIMD. `vnni` and `u8u8`: ONNX Runtime's integer products. `gpu`: WebGPU. */
export type BackendName = "wasm" | "vnni" | "u8u8" | "gpu";

/** How a scorer is sized; no choice changes a result. */
export interface ScorerOptions {
  /** Entries of a list, 1 … 256. */
  readonly topK: number;
  /** Most records of a shard; a multiple of 16. */
  readonly shardRecords: number;
  /** Shards that are held at a time: the number of shards to hold all, or 2 to read the next while one is scanned. */
  readonly slots: number;
  /** Most queries of a run. */
  readonly mostQueries: number;
}

/** Records that a scorer holds. */
export interface Shard {
  /** Where it is held, below `slots`. */
  readonly slot: number;
  /** Place of the first record. */
  readonly first: number;
  readonly count: number;
}

/**
 * Ranks queries over the shards it is given. The order is `begin`, `scan` for each shard, in any order, `finish`; `load` may be called at any time, also while a scan runs, for a slot that no scan uses. One run of queries at a time.
 */
export interface ShardScorer {
  /** Reads the records `first … first + count − 1` into a slot. */
  load(slot: number, first: number, count: number): Promise<Shard>;
  /** Begins empty lists for the queries `first … first + count − 1`. */
  begin(queries: Queries, first: number, count: number): Promise<void>;
  /** Extends the lists by the shard's records. */
  scan(shard: Shard): Promise<void>;
  /** The lists of docs/formats.md §6.3 over all records scanned since `begin`; indices are places in the source. */
  finish(): Promise<RankedLists>;
  close(): Promise<void>;
}

/** A way of searching. */
export interface SearchBackend {
  readonly name: BackendName;
  /** Whether it runs in one CPU thread, so that a search takes as many scorers as it has threads; a device takes one. */
  readonly perThread: boolean;
  /** Whether it is a GPU that a program on the CPU plays: exact, but slower than the other ways, so that `auto` leaves it out. */
  readonly isEmulated?: boolean;
  /** Rejects, with the reason, where the machine lacks what it needs. */
  createScorer(source: RecordSource, options: ScorerOptions): Promise<ShardScorer>;
}
