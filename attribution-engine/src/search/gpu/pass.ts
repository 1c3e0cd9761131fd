// Searches one batch of queries on the device: all its commands go to the device's queue, and only reading the lists waits for it.
import type { DevicePart } from "./device-slots.ts";
import type { GpuDevice } from "./device.ts";
import type { PassResult } from "./entries.ts";
import type { Kernels } from "./kernels.ts";
import { createQueryState, ROUND_BYTES, STATE_ROUNDS, type StateShape } from "./query-state.ts";
import { planRounds } from "./rounds.ts";
import { ROW_THREADS, type QueryRows } from "./score-shader.ts";
import { STEP_COORDINATES, TILE_RECORDS } from "./scoring.ts";
import { ENTRY_BYTES, HEAD_WORDS } from "./wgsl.ts";

/** A batch of queries; `begin`, then `scan` of each part, then `read`. */
export interface Pass {
  /** Begins empty lists of `count` queries, whose sketches lie one behind another. */
  begin(sketches: Int8Array, count: number): Promise<void>;
  /** Extends the lists by a part's records; `careful` as in `planRounds`. */
  scan(part: DevicePart, careful: boolean): void;
  read(): Promise<PassResult>;
  destroy(): void;
}

/** Coordinate products of one dispatch: some 20 ms on a large GPU, so that no driver's watchdog takes it for a hang. */
const DISPATCH_PRODUCTS = 2 ** 40;

/** Most workgroups of a dispatch in one direction, on every device. */
const MOST_GROUPS = 65_535;

/** Allocates a pass's buffers; throws `GpuFailedError` if the device has no room for them. `flip` is what records' words are XORed with. */
export async function createPass(gpu: GpuDevice, kernels: Kernels, shape: StateShape, flip: number): Promise<Pass> {
  const { device } = gpu;
  const { k, topK, capacity } = shape;
  const state = await createQueryState(gpu, kernels, shape);
  const select = await kernels.select();
  let score: GPUComputePipeline;
  let count = 0;
  let groups = 0;
  let mostTiles = 0;
  let seen = 0;
  let current: 0 | 1 = 0;

  const submitRounds = (part: DevicePart, rounds: readonly number[], firstTile: number): void => {
    const parameters = new Uint32Array((rounds.length * ROUND_BYTES) / 4);
    const encoder = device.createCommandEncoder();
    const commands = encoder.beginComputePass();
    let tile = firstTile;
    for (const [i, tiles] of rounds.entries()) {
      parameters.set([k / STEP_COORDINATES, tile, part.first, flip, topK, capacity], (i * ROUND_BYTES) / 4);
      tile += tiles;
      commands.setPipeline(score);
      commands.setBindGroup(0, part.group);
      commands.setBindGroup(1, state.stateGroup);
      commands.setBindGroup(2, state.roundGroup, [i * ROUND_BYTES]);
      commands.dispatchWorkgroups(groups, tiles);
      commands.setPipeline(select);
      commands.setBindGroup(0, state.selectGroups[current]);
      commands.setBindGroup(1, state.roundGroup, [i * ROUND_BYTES]);
      commands.dispatchWorkgroups(count);
      current = current === 0 ? 1 : 0;
    }
    commands.end();
    device.queue.writeBuffer(state.rounds, 0, parameters);
    device.queue.submit([encoder.finish()]);
  };

  const headBytes = (): number => count * HEAD_WORDS * 4;
  const listBytes = (): number => count * 2 * topK * ENTRY_BYTES;

  /** Copies the lists as they are now, so that they can be read as soon as they are, while later passes still compute. */
  const submitCopies = (): void => {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(state.heads, 0, state.headsCopy, 0, headBytes());
    encoder.copyBufferToBuffer(state.lists[current], 0, state.listsCopy, 0, listBytes());
    device.queue.submit([encoder.finish()]);
  };

  const readBack = async (buffer: GPUBuffer, bytes: number): Promise<Uint32Array> => {
    await gpu.settle(buffer.mapAsync(GPUMapMode.READ, 0, bytes));
    const values = new Uint32Array(buffer.getMappedRange(0, bytes).slice(0));
    buffer.unmap();
    return values;
  };

  return {
    async begin(sketches, queries) {
      count = queries;
      seen = 0;
      const queryRows = rowsFor(count);
      const tileQueries = ROW_THREADS * queryRows;
      groups = Math.ceil(count / tileQueries);
      mostTiles = Math.floor(DISPATCH_PRODUCTS / (groups * tileQueries * TILE_RECORDS * k));
      mostTiles = Math.max(1, Math.min(MOST_GROUPS, mostTiles));
      score = await kernels.score(queryRows);
      const padded = new Int8Array(groups * tileQueries * k);
      padded.set(sketches);
      device.queue.writeBuffer(state.queries, 0, padded);
      const encoder = device.createCommandEncoder();
      encoder.clearBuffer(state.heads);
      encoder.clearBuffer(state.thresholds);
      device.queue.submit([encoder.finish()]);
      submitCopies();
    },

    scan(part, careful) {
      const rounds = planRounds({ tiles: part.tiles, seen, capacity, topK, mostTiles, careful });
      let firstTile = 0;
      for (let at = 0; at < rounds.length; at += STATE_ROUNDS) {
        const some = rounds.slice(at, at + STATE_ROUNDS);
        submitRounds(part, some, firstTile);
        firstTile += some.reduce((sum, tiles) => sum + tiles, 0);
      }
      seen += part.tiles * TILE_RECORDS;
      submitCopies();
    },

    async read() {
      const [heads, lists] = await Promise.all([
        readBack(state.headsCopy, headBytes()),
        readBack(state.listsCopy, listBytes()),
      ]);
      return { heads, lists };
    },

    destroy: () => state.destroy(),
  };
}

/** Rows of queries per thread: the smallest tile that holds all queries, or the square one. */
function rowsFor(queries: number): QueryRows {
  const rows = ([1, 2, 4] as const).find((each) => queries <= ROW_THREADS * each);
  return rows ?? 8;
}
