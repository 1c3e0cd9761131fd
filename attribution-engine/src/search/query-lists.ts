// The lists of a run of queries in a WebAssembly memory, as `assembly/lists.ts` lays them out.
import type { Arena } from "./arena.ts";
import type { DotExports } from "./dot-module.ts";
import { emptyLists, type RankedLists } from "./ranked-lists.ts";

/** Memory of lists; two for a query, one query behind another. */
export interface QueryLists {
  /** Address of the lists of the query that is number `query` of the run. */
  at(query: number): number;
  clear(): void;
  /** The lists of the first `queries` queries. */
  read(queries: number): RankedLists;
}

export function createQueryLists(wasm: DotExports, arena: Arena, mostQueries: number, topK: number): QueryLists {
  const listBytes = wasm.listBytes(topK);
  const bytes = mostQueries * 2 * listBytes;
  const base = arena.take(bytes);
  return {
    at: (query) => base + query * 2 * listBytes,
    clear() {
      new Uint8Array(wasm.memory.buffer, base, bytes).fill(0);
    },
    read(queries) {
      const { buffer } = wasm.memory;
      const lists = emptyLists(queries, topK);
      for (let l = 0; l < queries * 2; l++) {
        const list = base + l * listBytes;
        const count = new Uint32Array(buffer, list, 1)[0]!;
        lists.counts[l] = count;
        lists.w.set(new BigUint64Array(buffer, list + 8, count), l * topK);
        lists.s.set(new BigInt64Array(buffer, list + 8 + topK * 8, count), l * topK);
        lists.recordIndex.set(new Uint32Array(buffer, list + 8 + topK * 16, count), l * topK);
      }
      return lists;
    },
  };
}
