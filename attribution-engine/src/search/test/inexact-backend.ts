// Backends whose products are wrong as real ones have been, for tests of what must find them out.
import type { SearchBackend } from "../backend.ts";
import { emptyLists } from "../ranked-lists.ts";
import { recordsOf } from "../record-source.ts";
import type { Queries } from "../records.ts";
import { plainLists } from "./plain-search.ts";

/** The product of a query with a record. */
type Product = (query: Int8Array, record: Int8Array) => number;

/** Unsigned bytes times signed ones, two products added in 16 bits that saturate: what processors without VNNI do (VPMADDUBSW). */
export const saturatingPairs: Product = (query, record) => {
  let sum = 0;
  for (let i = 0; i < query.length; i += 2) {
    const pair = query[i]! * (record[i]! + 128) + query[i + 1]! * (record[i + 1]! + 128);
    sum += Math.max(-(2 ** 15), Math.min(2 ** 15 - 1, pair)) - 128 * (query[i]! + query[i + 1]!);
  }
  return sum;
};

/** Sums in 32-bit floats, which are exact up to 2^24 alone: far above the sums of random coordinates, below the largest. */
export const singlePrecision: Product = (query, record) => {
  let sum = 0;
  for (let i = 0; i < query.length; i++) sum = Math.fround(sum + query[i]! * record[i]!);
  return sum;
};

/** A backend that sorts by such products, of records that are one shard. */
export function inexactBackend(product: Product): SearchBackend {
  return {
    name: "wasm",
    perThread: true,
    async createScorer(source, { topK }) {
      const records = await recordsOf(source, 0, source.count);
      const { k } = records;
      const rowOf = ({ sketches }: Queries, row: number): Int8Array => sketches.subarray(row * k, (row + 1) * k);
      let asked: Queries = { count: 0, k, sketches: new Int8Array(0) };
      return {
        load: (slot, first, count) => Promise.resolve({ slot, first, count }),
        begin(queries, first, count) {
          asked = { count, k, sketches: queries.sketches.subarray(first * k, (first + count) * k) };
          return Promise.resolve();
        },
        scan: () => Promise.resolve(),
        finish() {
          const lists = emptyLists(asked.count, topK);
          const dot = (_records: Queries, _queries: Queries, query: number, record: number): bigint =>
            BigInt(product(rowOf(asked, query), rowOf(records, record)));
          for (let query = 0; query < asked.count; query++) {
            plainLists(records, asked, topK, query, dot).forEach((entries, side) => {
              const list = 2 * query + side;
              lists.counts[list] = entries.length;
              entries.forEach(({ index, s, w }, place) => {
                const at = list * topK + place;
                lists.recordIndex[at] = index;
                lists.s[at] = s;
                lists.w[at] = w;
              });
            });
          }
          return Promise.resolve(lists);
        },
        close: () => Promise.resolve(),
      };
    },
  };
}
