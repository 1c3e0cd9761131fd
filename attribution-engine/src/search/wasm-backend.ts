// Search by WebAssembly SIMD: exact by construction, on any machine, without native code of its own.
import { createArena } from "./arena.ts";
import type { SearchBackend, ShardScorer } from "./backend.ts";
import { instantiateDot, loadDotModule } from "./dot-module.ts";
import { createQueryLists } from "./query-lists.ts";
import { createShardMemory } from "./shard-memory.ts";

/** Queries that are scanned together: 32 · 256 coordinates as int16 stay in a core's nearest caches. */
const ROWS = 32;

export const wasmBackend: SearchBackend = {
  name: "wasm",
  perThread: true,
  async createScorer(source, options): Promise<ShardScorer> {
    const { k } = source;
    const { topK } = options;
    const wasm = instantiateDot(await loadDotModule());
    const arena = createArena(wasm.memory, wasm.heapBase());
    const groups = Math.ceil(options.mostQueries / ROWS);
    const narrow = arena.take(ROWS * k);
    const groupBytes = ROWS * k * 2;
    const rows = arena.take(groups * groupBytes);
    const scratch = arena.take(wasm.scratchBytes(k, ROWS));
    const lists = createQueryLists(wasm, arena, groups * ROWS, topK);
    const shards = createShardMemory(wasm, arena, source, options, 0);
    let running = 0;

    return {
      load: (slot, first, count) => shards.load(slot, first, count),
      async begin(queries, first, count) {
        running = count;
        lists.clear();
        for (let at = 0; at < count; at += ROWS) {
          const target = new Int8Array(wasm.memory.buffer, narrow, ROWS * k);
          target.fill(0);
          target.set(queries.sketches.subarray((first + at) * k, (first + Math.min(count, at + ROWS)) * k));
          wasm.widen(narrow, rows + (at / ROWS) * groupBytes, ROWS * k);
        }
      },
      async scan({ slot, first, count }) {
        const { vectors, scales, novelties, weights } = shards.slots[slot]!;
        for (let at = 0; at < running; at += ROWS) {
          const present = Math.min(ROWS, running - at);
          const from = rows + (at / ROWS) * groupBytes;
          const even = present + (present % 2);
          wasm.scan(vectors, count, first, scales, novelties, weights, from, even, k, topK, lists.at(at), scratch);
        }
      },
      async finish() {
        return lists.read(running);
      },
      close: () => Promise.resolve(),
    };
  },
};
