// Search by ONNX Runtime's integer products, whose scores WebAssembly takes up tile by tile while they are in the cache.
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { createArena } from "./arena.ts";
import type { SearchBackend, ShardScorer } from "./backend.ts";
import { instantiateDot, loadDotModule } from "./dot-module.ts";
import { integerProductModel, queryColumns, type QueryType } from "./integer-product.ts";
import { createQueryLists } from "./query-lists.ts";
import { createShardMemory } from "./shard-memory.ts";

/** Queries of one product. */
const GROUP = 256;
/** Products are computed for a multiple of these queries. */
const GRAIN = 16;
/** Bytes of the records of one product at most: with their products, twice as many bytes for k = 512, they stay in a cache of 1 MiB. */
const TILE_BYTES = 2 ** 18;
/** Least and most records of one product. */
const TILE_RECORDS = [256, 4_096] as const;

/** A block of queries, ready to be multiplied. */
interface Group {
  readonly at: number;
  readonly count: number;
  readonly width: number;
  readonly session: InferenceSession;
  readonly products: Int32Array;
}

/**
 * `vnni`: int8 queries. Exact only where the processor adds products of 8 bits in 32 (VNNI); others saturate at 16, so it must pass
 * the self-test. `u8u8`: uint8 queries with a zero point, which the runtime multiplies in 16 bits: exact everywhere.
 */
function ortBackend(name: "vnni" | "u8u8", type: QueryType): SearchBackend {
  return {
    name,
    perThread: true,
    async createScorer(source, options): Promise<ShardScorer> {
      const runtime = await import("onnxruntime-node");
      const { k } = source;
      const { topK } = options;
      const wasm = instantiateDot(await loadDotModule());
      const arena = createArena(wasm.memory, wasm.heapBase());
      const tile = Math.min(TILE_RECORDS[1], Math.max(TILE_RECORDS[0], Math.floor(TILE_BYTES / k)));
      const productsAt = arena.take(tile * GROUP * 4);
      const limits = arena.take(2 * GROUP * 4);
      const lists = createQueryLists(wasm, arena, options.mostQueries, topK);
      const shards = createShardMemory(wasm, arena, source, options, 128);
      const { buffer } = wasm.memory;
      let groups: Group[] = [];
      let running = 0;

      const release = async (): Promise<void> => {
        const ended = groups;
        groups = [];
        for (const { session } of ended) await session.release();
      };
      const multiply = async (group: Group, vectors: number, count: number): Promise<void> => {
        const records = new Uint8Array(buffer, vectors, count * k);
        const products = group.products.subarray(0, count * group.width);
        const fetched: Tensor = new runtime.Tensor("int32", products, [count, group.width]);
        const fed = { records: new runtime.Tensor("uint8", records, [count, k]) };
        const results = await group.session.run(fed, { products: fetched });
        // Besides writing what was fetched, the runtime's binding returns a copy of it. Left to the collector, these would fill memory as fast as they are made, and
        // make it collect in every search of every thread.
        const copy = (results["products"]!.data as Int32Array).buffer;
        if (copy !== buffer && copy instanceof ArrayBuffer) copy.transfer(0);
      };

      return {
        load: (slot, first, count) => shards.load(slot, first, count),
        async begin(queries, first, count) {
          await release();
          running = count;
          lists.clear();
          for (let at = 0; at < count; at += GROUP) {
            const present = Math.min(GROUP, count - at);
            const width = Math.ceil(present / GRAIN) * GRAIN;
            const columns = queryColumns(queries.sketches, k, [first + at, present], width, type);
            const session = await runtime.InferenceSession.create(integerProductModel(k, width, type, columns), {
              executionProviders: ["cpu"],
              graphOptimizationLevel: "disabled",
              intraOpNumThreads: 1,
              interOpNumThreads: 1,
              logSeverityLevel: 3,
            });
            const products = new Int32Array(buffer, productsAt, tile * width);
            groups.push({ at, count: present, width, session, products });
          }
        },
        async scan({ slot, first, count }) {
          const { vectors, scales, novelties, weights } = shards.slots[slot]!;
          for (let from = 0; from < count; from += tile) {
            const present = Math.min(tile, count - from);
            for (const group of groups) {
              await multiply(group, vectors + from * k, present);
              const list = lists.at(group.at);
              wasm.readLimits(list, topK, group.count, group.width, limits);
              wasm.select(
                productsAt,
                present,
                first + from,
                scales + from * 4,
                novelties + from * 4,
                weights + from * 4,
                group.width,
                topK,
                list,
                limits,
              );
            }
          }
        },
        async finish() {
          await release();
          return lists.read(running);
        },
        close: release,
      };
    },
  };
}

export const vnniBackend = ortBackend("vnni", "int8");
export const u8u8Backend = ortBackend("u8u8", "uint8");
