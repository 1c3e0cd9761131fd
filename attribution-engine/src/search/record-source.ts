// Where a search reads its records from, run by run: an index in memory, or a store on disk.
import type { ScoredRecords } from "./records.ts";
import { openRecordStore } from "./store/open-store.ts";

/** Buffers that a run of records is copied to, by place. */
export interface RecordColumns {
  readonly sketches: Uint8Array;
  readonly scales: Uint32Array;
  readonly novelties: Uint8Array;
}

/** `count` records of `k` coordinates. */
export interface RecordSource {
  /** What messages call it. */
  readonly name: string;
  readonly count: number;
  readonly k: number;
  /** What is added to each coordinate in `sketches`: 0 (int8 as it is) or 128 (`u = x + 128`, as in docs/formats.md §3). */
  readonly offset: 0 | 128;
  /**
   * Copies the records `first … first + into.scales.length − 1`; the columns must not be touched until it resolves.
   * @throws Error that names file and row if they cannot be read or are damaged.
   */
  read(first: number, into: RecordColumns): Promise<void>;
  close(): Promise<void>;
}

/** What a thread needs to open a source: checked records in memory (shared between threads if on shared buffers), or a store's file. */
export type SourceDescription =
  { readonly kind: "memory"; readonly records: ScoredRecords } | { readonly kind: "store"; readonly path: string };

export async function openSource(description: SourceDescription): Promise<RecordSource> {
  return description.kind === "memory" ? memorySource(description.records) : openRecordStore(description.path);
}

/** Records in memory, which must be checked (`checkRecords`) and stay unchanged. */
export function memorySource(records: ScoredRecords): RecordSource {
  const { count, k, scales, novelties } = records;
  const bytes = new Uint8Array(records.sketches.buffer, records.sketches.byteOffset, records.sketches.byteLength);
  return {
    name: "index",
    count,
    k,
    offset: 0,
    async read(first, into) {
      const end = first + into.scales.length;
      into.sketches.set(bytes.subarray(first * k, end * k));
      into.scales.set(scales.subarray(first, end));
      into.novelties.set(novelties.subarray(first, end));
    },
    close: () => Promise.resolve(),
  };
}

/** The records `first … first + count − 1` as vectors of signed coordinates. @throws as `read` */
export async function recordsOf(source: RecordSource, first: number, count: number): Promise<ScoredRecords> {
  const { k, offset } = source;
  const bytes = new Uint8Array(count * k);
  const scales = new Uint32Array(count);
  const novelties = new Uint8Array(count);
  await source.read(first, { sketches: bytes, scales, novelties });
  // A byte less 128 is the same byte with its highest bit turned, read as signed.
  if (offset === 128) for (let i = 0; i < bytes.length; i++) bytes[i]! ^= 128;
  return { count, k, sketches: new Int8Array(bytes.buffer), scales, novelties };
}
