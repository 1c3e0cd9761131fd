// Search on a GPU by WebGPU: docs/search.md says how, docs/formats.md §6.3 what.
import type { SearchBackend, Shard, ShardScorer } from "../backend.ts";
import { emptyLists } from "../ranked-lists.ts";
import type { Queries } from "../records.ts";
import { createDeviceSlots } from "./device-slots.ts";
import { type GpuDevice, openGpu } from "./device.ts";
import { placeEntries } from "./entries.ts";
import { kernelsOf } from "./kernels.ts";
import { createPass, type Pass } from "./pass.ts";

/** Choices of memory; none of them changes a byte of the result. */
export interface GpuSizes {
  /** Sketch bytes of one buffer; the device's largest by default. */
  readonly partBytes?: number;
  /** Queries that are searched together, 1,024 by default; a run of more becomes several passes, all of them in flight. */
  readonly passQueries?: number;
  /** Entries that a query may be offered in a round, 2,048 by default; at least 128. */
  readonly capacity?: number;
  /** Told how many queries had to be searched twice, since more was offered than there was room for. */
  readonly onRepeated?: (queries: number) => void;
}

const CAPACITY = 2048;

/** Queries of a pass unless told otherwise. */
export const PASS_QUERIES = 1024;

/** States are made for multiples of the longest tile. */
const QUERY_TILE = 128;

/** Turns four coordinates with 128 added into signed ones. */
const SIGN_BITS = 0x80808080;

let shared: Promise<GpuDevice> | undefined;

/** The way of searching on this process's GPU, which is opened again if it failed; rejects with `GpuUnavailableError` where there is none. */
export async function openGpuBackend(): Promise<SearchBackend> {
  if (shared === undefined || (await shared).failed) shared = openGpu();
  return gpuBackend(await shared);
}

/** The way of searching on an open device; scorers reject with `GpuFailedError` if the device has no room or fails. */
export function gpuBackend(gpu: GpuDevice, sizes: GpuSizes = {}): SearchBackend {
  return {
    name: "gpu",
    perThread: false,
    isEmulated: gpu.software,
    async createScorer(source, { topK, shardRecords, slots: slotCount, mostQueries }): Promise<ShardScorer> {
      const { k } = source;
      const capacity = sizes.capacity ?? CAPACITY;
      const passQueries = Math.min(sizes.passQueries ?? PASS_QUERIES, mostQueries);
      const kernels = kernelsOf(gpu);
      const slots = await createDeviceSlots(
        gpu,
        kernels.shardLayout,
        source,
        { shardRecords, slots: slotCount },
        sizes.partBytes,
      );
      const shape = { queries: Math.ceil(passQueries / QUERY_TILE) * QUERY_TILE, k, topK, capacity };
      const passes: Pass[] = [];
      for (let at = 0; at < mostQueries; at += passQueries) {
        passes.push(await createPass(gpu, kernels, shape, source.offset === 128 ? SIGN_BITS : 0));
      }
      let run: { readonly queries: Queries; readonly first: number; readonly count: number } | undefined;
      let scanned: Shard[] = [];

      /** The queries' numbers in the run, pass by pass. */
      const batches = (numbers: readonly number[]): (readonly [Pass, readonly number[]])[] =>
        passes.flatMap((pass, i) => {
          const some = numbers.slice(i * passQueries, (i + 1) * passQueries);
          return some.length > 0 ? [[pass, some] as const] : [];
        });

      const beginPasses = async (numbers: readonly number[], { sketches }: Queries, first: number): Promise<void> => {
        for (const [pass, some] of batches(numbers)) {
          const vectors = new Int8Array(some.length * k);
          for (const [i, number] of some.entries()) {
            vectors.set(sketches.subarray((first + number) * k, (first + number + 1) * k), i * k);
          }
          await pass.begin(vectors, some.length);
        }
      };

      const scanShard = async (numbers: readonly number[], shard: Shard, careful: boolean): Promise<void> => {
        const parts = await slots.partsOf(shard);
        for (const [pass] of batches(numbers)) for (const part of parts) pass.scan(part, careful);
      };

      return {
        load: (slot, first, count) => slots.load(slot, first, count),

        async begin(queries, first, count) {
          run = { queries, first, count };
          scanned = [];
          await beginPasses(countTo(count), queries, first);
        },

        async scan(shard) {
          await scanShard(countTo(run?.count ?? 0), shard, false);
          scanned.push(shard);
        },

        async finish() {
          if (run === undefined) throw new Error("finish without begin");
          const { queries, first, count } = run;
          const lists = emptyLists(count, topK);
          const readPasses = async (numbers: readonly number[]): Promise<number[]> => {
            const lost = await Promise.all(
              batches(numbers).map(async ([pass, some]) => placeEntries(lists, some, await pass.read())),
            );
            return lost.flat();
          };
          const lost = await readPasses(countTo(count));
          if (lost.length > 0) {
            sizes.onRepeated?.(lost.length);
            await beginPasses(lost, queries, first);
            for (const shard of scanned) await scanShard(lost, shard, true);
            const still = await readPasses(lost);
            if (still.length > 0) throw new Error(`careful rounds lost entries of ${still.length} queries`);
          }
          return lists;
        },

        async close() {
          for (const pass of passes) pass.destroy();
          slots.destroy();
        },
      };
    },
  };
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
