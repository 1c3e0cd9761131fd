// The vectors that the search runs over: scored records and plain queries.

/** `count` query sketches of `k` coordinates −127 … 127 each, one behind another. */
export interface Queries {
  readonly count: number;
  readonly k: number;
  readonly sketches: Int8Array;
}

/** Records of an index with their scales (`0 … 2^24 − 1`) and novelties (`0 … 255`), by place. */
export interface ScoredRecords extends Queries {
  readonly scales: Uint32Array;
  readonly novelties: Uint8Array;
}

/**
 * Throws unless `k` and the array's length are as docs/formats.md §3 says; `what` names the vectors in the message.
 * @param firstRow what the first of them is called
 */
export function checkQueries({ count, k, sketches }: Queries, what: string, firstRow = 0): void {
  checkShape(k, sketches.length, count, what);
  const low = sketches.indexOf(-128);
  if (low < 0) return;
  const row = firstRow + Math.floor(low / k);
  throw new Error(`${what} row ${row}: coordinate ${low % k} is -128; the least is -127`);
}

/** Throws unless `k` is a size of sketches, and `count` of them have so many coordinates. */
export function checkShape(k: number, coordinates: number, count: number, what: string): void {
  if (!Number.isInteger(k) || k < 32 || k > 4096 || k % 32 !== 0) {
    throw new Error(`${what}: sketches of ${k} dimensions; must be a multiple of 32 from 32 to 4096`);
  }
  if (coordinates !== count * k) {
    throw new Error(`${what}: ${coordinates} coordinates for ${count} sketches of ${k}`);
  }
}

/** Throws unless the records are well-formed (docs/formats.md §3). */
export function checkRecords(records: ScoredRecords, what: string): void {
  checkQueries(records, what);
  const { count, scales, novelties } = records;
  if (scales.length !== count) throw new Error(`${what}: ${scales.length} scales for ${count} records`);
  if (novelties.length !== count) throw new Error(`${what}: ${novelties.length} novelties for ${count} records`);
  const large = scales.findIndex((scale) => scale >= 2 ** 24);
  if (large >= 0) throw new Error(`${what} row ${large}: scale ${scales[large]} is not below 2^24`);
}
