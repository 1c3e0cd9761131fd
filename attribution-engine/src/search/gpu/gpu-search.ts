// Ranks queries against records on a GPU, exactly: docs/search.md says how, docs/formats.md §6.3 what.
import { emptyLists, type RankedLists } from "../ranked-lists.ts";
import type { Queries } from "../records.ts";
import type { GpuDevice } from "./device.ts";
import { placeEntries, type PassResult } from "./entries.ts";
import { createKernels } from "./kernels.ts";
import { createQueryState, ROUND_BYTES, STATE_ROUNDS, stateBytesPerQuery, type QueryState } from "./query-state.ts";
import { planRounds } from "./rounds.ts";
import { TILE_RECORDS, type QueryRows } from "./score-shader.ts";
import { createShardCache, type DeviceShard, type RecordSource } from "./shards.ts";
import { ENTRY_BYTES, HEAD_WORDS } from "./wgsl.ts";

/** Choices of speed and memory; none of them changes a byte of the result. */
export interface GpuSearchOptions {
  /** Sketch bytes of one buffer; the device's largest by default. */
  readonly shardBytes?: number;
  /** Sketch bytes on the device, 2 GiB by default; more records stream through two buffers. */
  readonly deviceBytes?: number;
  /** Queries that are searched together, 1,024 by default. */
  readonly passQueries?: number;
  /** Entries that a query may be offered in a round, 2,048 by default; at least 128. */
  readonly capacity?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Records on a GPU. */
export interface GpuSearch {
  /** The lists of all queries, which must be checked (`checkQueries`); `topK` from 1 to 256. One call at a time. */
  rank(queries: Queries, topK: number): Promise<RankedLists>;
  /** Queries that had to be searched twice, since more was offered than there was room for. */
  readonly repeated: number;
  /** Frees the device's memory; the device stays open. */
  close(): void;
}

const DEVICE_BYTES = 2 ** 31;
const CAPACITY = 2048;
const PASS_QUERIES = 1024;

/** Tiles of queries are at most this long, and a state holds whole ones. */
const QUERY_TILE = 128;

/** Multiplications of one dispatch: some 20 ms on a large GPU, so that no driver's watchdog takes it for a hang. */
const DISPATCH_PRODUCTS = 2 ** 40;

/** Passes in flight: while one is read, the next computes. */
const IN_FLIGHT = 2;

/** Loads kernels and makes room for the records; throws `GpuFailedError` if the device cannot. */
export async function createGpuSearch(
  gpu: GpuDevice,
  source: RecordSource,
  options: GpuSearchOptions = {},
): Promise<GpuSearch> {
  const { device } = gpu;
  const { k } = source;
  const capacity = options.capacity ?? CAPACITY;
  const kernels = createKernels(gpu);
  const deviceBytes = options.deviceBytes ?? DEVICE_BYTES;
  const shards = await createShardCache(gpu, kernels.shardLayout, source, {
    deviceBytes,
    shardBytes: options.shardBytes ?? deviceBytes,
  });
  let states: QueryState[] = [];
  let stateTopK = 0;
  let stateQueries = 0;
  let repeated = 0;

  const dropStates = (): void => {
    for (const state of states) state.destroy();
    states = [];
  };

  const prepareStates = async (topK: number, queries: number): Promise<void> => {
    const perQuery = stateBytesPerQuery(k, topK, capacity);
    const most = Math.max(QUERY_TILE, Math.floor(device.limits.maxStorageBufferBindingSize / perQuery));
    const wanted = Math.min(queries, options.passQueries ?? PASS_QUERIES, most);
    const size = Math.ceil(wanted / QUERY_TILE) * QUERY_TILE;
    if (states.length > 0 && stateTopK === topK && stateQueries >= size) return;
    dropStates();
    stateTopK = topK;
    stateQueries = size;
    for (let i = 0; i < IN_FLIGHT; i++) {
      states.push(await createQueryState(gpu, kernels, { queries: size, k, topK, capacity }));
    }
  };

  /** Searches the queries of the places given in all shards; resolves, once all is submitted, with the reading of their lists. */
  const submitPass = async (
    state: QueryState,
    queries: Queries,
    places: readonly number[],
    topK: number,
    careful: boolean,
  ): Promise<() => Promise<PassResult>> => {
    const queryRows = rowsFor(places.length);
    const [score, select] = await Promise.all([kernels.score(queryRows), kernels.select(topK, capacity)]);
    const groups = Math.ceil(places.length / (16 * queryRows));
    const vectors = new Int8Array(groups * 16 * queryRows * k);
    for (const [i, place] of places.entries()) {
      vectors.set(queries.sketches.subarray(place * k, (place + 1) * k), i * k);
    }
    device.queue.writeBuffer(state.queries, 0, vectors);
    const start = device.createCommandEncoder();
    start.clearBuffer(state.heads);
    start.clearBuffer(state.thresholds);
    device.queue.submit([start.finish()]);
    let current: 0 | 1 = 0;

    const submitRounds = (shard: DeviceShard, rounds: readonly number[], firstTile: number): void => {
      const parameters = new Uint32Array((rounds.length * ROUND_BYTES) / 4);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      let tile = firstTile;
      for (const [i, tiles] of rounds.entries()) {
        parameters.set([k / 32, tile, shard.firstRecord, capacity], (i * ROUND_BYTES) / 4);
        tile += tiles;
        pass.setPipeline(score);
        pass.setBindGroup(0, shard.group);
        pass.setBindGroup(1, state.stateGroup);
        pass.setBindGroup(2, state.roundGroup, [i * ROUND_BYTES]);
        pass.dispatchWorkgroups(groups, tiles);
        pass.setPipeline(select);
        pass.setBindGroup(0, state.selectGroups[current]);
        pass.dispatchWorkgroups(places.length);
        current = current === 0 ? 1 : 0;
      }
      pass.end();
      device.queue.writeBuffer(state.rounds, 0, parameters);
      device.queue.submit([encoder.finish()]);
    };

    const products = groups * 16 * queryRows * TILE_RECORDS * k;
    const mostTiles = Math.max(1, Math.min(65535, Math.floor(DISPATCH_PRODUCTS / products)));
    for (let i = 0; i < shards.shards; i++) {
      const shard = await shards.load(i);
      const { tiles, firstRecord: seen } = shard;
      const rounds = planRounds({ tiles, seen, capacity, topK, mostTiles, careful });
      let firstTile = 0;
      for (let at = 0; at < rounds.length; at += STATE_ROUNDS) {
        const some = rounds.slice(at, at + STATE_ROUNDS);
        submitRounds(shard, some, firstTile);
        firstTile += some.reduce((sum, each) => sum + each, 0);
      }
    }
    const end = device.createCommandEncoder();
    const headBytes = places.length * HEAD_WORDS * 4;
    const listBytes = places.length * 2 * topK * ENTRY_BYTES;
    end.copyBufferToBuffer(state.heads, 0, state.headsCopy, 0, headBytes);
    end.copyBufferToBuffer(state.lists[current], 0, state.listsCopy, 0, listBytes);
    device.queue.submit([end.finish()]);
    return async () => ({
      heads: await readBack(state.headsCopy, headBytes),
      lists: await readBack(state.listsCopy, listBytes),
    });
  };

  const readBack = async (buffer: GPUBuffer, bytes: number): Promise<Uint32Array> => {
    await gpu.settle(buffer.mapAsync(GPUMapMode.READ, 0, bytes));
    const values = new Uint32Array(buffer.getMappedRange(0, bytes).slice(0));
    buffer.unmap();
    return values;
  };

  return {
    async rank(queries, topK) {
      const result = emptyLists(queries.count, topK);
      if (queries.count === 0 || source.count === 0) return result;
      await prepareStates(topK, queries.count);
      let done = 0;
      const all = Array.from({ length: queries.count }, (_, i) => i);
      for (let places = all, careful = false; places.length > 0; careful = true) {
        const again: number[] = [];
        const reads: Promise<void>[] = [];
        for (let at = 0, turn = 0; at < places.length; at += stateQueries, turn++) {
          const some = places.slice(at, at + stateQueries);
          const state = states[turn % IN_FLIGHT];
          if (state === undefined) throw new Error("no state");
          await state.free;
          const read = await submitPass(state, queries, some, topK, careful);
          state.free = read().then((pass) => {
            const lost = placeEntries(result, some, pass);
            again.push(...lost);
            done += some.length - lost.length;
            options.onProgress?.(done, queries.count);
          });
          state.free.catch(() => undefined);
          reads.push(state.free);
        }
        await Promise.all(reads).catch((error: unknown) => {
          dropStates();
          throw error;
        });
        if (careful && again.length > 0)
          throw new Error(`${again.length} queries were offered more than careful rounds can`);
        repeated += again.length;
        places = again;
      }
      return result;
    },

    get repeated() {
      return repeated;
    },

    close() {
      dropStates();
      shards.destroy();
    },
  };
}

/** Rows of queries per thread: the smallest tile that holds all queries, or the square one. */
function rowsFor(queries: number): QueryRows {
  const rows = ([1, 2, 4] as const).find((each) => queries <= 16 * each);
  return rows ?? 8;
}
