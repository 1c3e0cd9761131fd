// Keeps the records' shards in device memory, all of them if they fit, otherwise the two that are in use.
import type { ScoredRecords } from "../records.ts";
import type { GpuDevice } from "./device.ts";
import { tileOrder } from "./rounds.ts";
import { TILE_RECORDS } from "./score-shader.ts";

/** Records that are read piece by piece. */
export interface RecordSource {
  readonly count: number;
  readonly k: number;
  /** The records `first … first + count − 1`, checked (`checkRecords`); valid until the next read. */
  read(first: number, count: number): ScoredRecords | Promise<ScoredRecords>;
}

/** A shard in device memory: group 0 of the score kernel. */
export interface DeviceShard {
  readonly group: GPUBindGroup;
  readonly firstRecord: number;
  readonly tiles: number;
}

/** The shards of a source. */
export interface ShardCache {
  readonly shards: number;
  /** The shard, uploaded if it is not there. With two slots this waits until the work on the shard before the last is done. */
  load(shard: number): Promise<DeviceShard>;
  destroy(): void;
}

interface Slot {
  readonly records: GPUBuffer;
  readonly scores: GPUBuffer;
  readonly order: GPUBuffer;
  readonly group: GPUBindGroup;
  shard: number;
  tiles: number;
}

/** Bytes of one `writeBuffer`: Dawn stages each whole. */
const PIECE_BYTES = 32 * 2 ** 20;

/** How much device memory the records may take. */
export interface ShardSizes {
  /** Sketch bytes of one buffer. */
  readonly shardBytes: number;
  /** Sketch bytes of all buffers. */
  readonly deviceBytes: number;
}

/** Allocates the buffers; throws `GpuFailedError` if the device has no room for them. */
export async function createShardCache(
  gpu: GpuDevice,
  layout: GPUBindGroupLayout,
  source: RecordSource,
  sizes: ShardSizes,
): Promise<ShardCache> {
  const { device } = gpu;
  const { count, k } = source;
  const tileBytes = TILE_RECORDS * k;
  const allTiles = Math.ceil(count / TILE_RECORDS);
  const room = Math.min(sizes.shardBytes, sizes.deviceBytes, device.limits.maxStorageBufferBindingSize);
  const fits = allTiles * tileBytes <= sizes.deviceBytes;
  const mostTiles = Math.max(1, Math.floor((fits ? room : Math.min(room, sizes.deviceBytes / 2)) / tileBytes));
  const shards = Math.ceil(allTiles / mostTiles);
  const shardTiles = Math.ceil(allTiles / Math.max(1, shards));
  const shardRecords = shardTiles * TILE_RECORDS;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;

  const makeSlot = (): Slot => {
    const records = device.createBuffer({ size: shardTiles * tileBytes, usage });
    const scores = device.createBuffer({ size: shardRecords * 4, usage });
    const order = device.createBuffer({ size: shardTiles * 4, usage });
    const entries = [records, scores, order].map((buffer, binding) => ({ binding, resource: { buffer } }));
    return { records, scores, order, group: device.createBindGroup({ layout, entries }), shard: -1, tiles: 0 };
  };
  const slots = await gpu.allocate(`the sketches of ${Math.min(count, shardRecords * 2)} records`, () =>
    Array.from({ length: fits ? shards : 2 }, makeSlot),
  );

  const upload = async (slot: Slot, shard: number): Promise<void> => {
    const first = shard * shardRecords;
    const size = Math.min(shardRecords, count - first);
    const step = Math.max(1, Math.floor(PIECE_BYTES / k));
    const scores = new Uint32Array(shardRecords);
    for (let at = 0; at < size; at += step) {
      const piece = await source.read(first + at, Math.min(step, size - at));
      device.queue.writeBuffer(slot.records, at * k, unshared(piece.sketches));
      for (let i = 0; i < piece.count; i++) scores[at + i] = (piece.scales[i] ?? 0) * 256 + (piece.novelties[i] ?? 0);
    }
    slot.tiles = Math.ceil(size / TILE_RECORDS);
    device.queue.writeBuffer(slot.scores, 0, scores);
    device.queue.writeBuffer(slot.order, 0, tileOrder(slot.tiles));
    slot.shard = shard;
  };

  let turn = 0;
  let submitted = Promise.resolve();
  return {
    shards,

    async load(shard) {
      let slot = slots.find((each) => each.shard === shard);
      if (slot === undefined) {
        slot = slots[turn++ % slots.length];
        if (slot === undefined) throw new Error(`no shard ${shard}`);
        slot.shard = -1;
        // Writes follow the work submitted before them; waiting for the work of the load before keeps one shard staged, not all.
        const before = submitted;
        submitted = device.queue.onSubmittedWorkDone();
        await gpu.settle(before);
        await upload(slot, shard);
      }
      return { group: slot.group, firstRecord: shard * shardRecords, tiles: slot.tiles };
    },

    destroy() {
      for (const slot of slots) for (const buffer of [slot.records, slot.scores, slot.order]) buffer.destroy();
    },
  };
}

/** The coordinates on memory of their own: WebGPU takes no SharedArrayBuffer. */
function unshared(values: Int8Array): Int8Array<ArrayBuffer> {
  return values.buffer instanceof ArrayBuffer ? (values as Int8Array<ArrayBuffer>) : new Int8Array(values);
}
