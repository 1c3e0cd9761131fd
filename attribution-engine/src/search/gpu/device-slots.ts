// Holds shards of records in device memory.
import type { ScorerOptions, Shard } from "../backend.ts";
import type { RecordSource } from "../record-source.ts";
import type { GpuDevice } from "./device.ts";
import { tileOrder } from "./rounds.ts";
import { TILE_RECORDS } from "./scoring.ts";

/** Records in one set of buffers: group 0 of the score kernel. */
export interface DevicePart {
  readonly group: GPUBindGroup;
  /** Place of the first record. */
  readonly first: number;
  readonly tiles: number;
}

/** Slots for shards; a shard that is larger than the device's largest buffer lies in several parts. */
export interface DeviceSlots {
  /** Reads records into a slot. What was submitted before still finds the slot's earlier records. */
  load(slot: number, first: number, count: number): Promise<Shard>;
  /** The parts of a shard, which is read again if its slot holds another one by now. */
  partsOf(shard: Shard): Promise<readonly DevicePart[]>;
  destroy(): void;
}

interface PartBuffers {
  readonly records: GPUBuffer;
  readonly scores: GPUBuffer;
  readonly order: GPUBuffer;
  readonly group: GPUBindGroup;
}

interface Slot {
  readonly buffers: readonly PartBuffers[];
  holds: Shard | undefined;
  parts: DevicePart[];
}

/** Sketch bytes read and written at a time: Dawn stages each write whole. */
const PIECE_BYTES = 32 * 2 ** 20;

/**
 * Allocates the slots; throws `GpuFailedError` if the device has no room for them.
 * @param mostPartBytes sketch bytes of one buffer; the device's largest by default.
 */
export async function createDeviceSlots(
  gpu: GpuDevice,
  layout: GPUBindGroupLayout,
  source: RecordSource,
  options: Pick<ScorerOptions, "shardRecords" | "slots">,
  mostPartBytes = Infinity,
): Promise<DeviceSlots> {
  const { device } = gpu;
  const { k } = source;
  const largest = Math.min(mostPartBytes, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const shardTiles = Math.ceil(options.shardRecords / TILE_RECORDS);
  const partTiles = Math.min(shardTiles, Math.max(1, Math.floor(largest / (TILE_RECORDS * k))));
  const partRecords = partTiles * TILE_RECORDS;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;

  const makePart = (): PartBuffers => {
    const records = device.createBuffer({ size: partRecords * k, usage });
    const scores = device.createBuffer({ size: partRecords * 4, usage });
    const order = device.createBuffer({ size: partTiles * 4, usage });
    const entries = [records, scores, order].map((buffer, binding) => ({ binding, resource: { buffer } }));
    return { records, scores, order, group: device.createBindGroup({ layout, entries }) };
  };
  const makeSlot = (): Slot => ({
    buffers: Array.from({ length: Math.ceil(shardTiles / partTiles) }, makePart),
    holds: undefined,
    parts: [],
  });
  const slots = await gpu.allocate(`${options.slots} · ${options.shardRecords} records of ${k} coordinates`, () =>
    Array.from({ length: options.slots }, makeSlot),
  );

  const upload = async (buffers: PartBuffers, first: number, count: number): Promise<DevicePart> => {
    const step = Math.min(count, Math.max(1, Math.floor(PIECE_BYTES / k)));
    const scores = new Uint32Array(partRecords);
    const sketches = new Uint8Array(step * k);
    const scales = new Uint32Array(step);
    const novelties = new Uint8Array(step);
    for (let at = 0; at < count; at += step) {
      const size = Math.min(step, count - at);
      const into = {
        sketches: sketches.subarray(0, size * k),
        scales: scales.subarray(0, size),
        novelties: novelties.subarray(0, size),
      };
      await source.read(first + at, into);
      device.queue.writeBuffer(buffers.records, at * k, into.sketches);
      for (let i = 0; i < size; i++) scores[at + i] = scales[i]! * 256 + novelties[i]!;
    }
    const tiles = Math.ceil(count / TILE_RECORDS);
    device.queue.writeBuffer(buffers.scores, 0, scores);
    device.queue.writeBuffer(buffers.order, 0, tileOrder(tiles));
    return { group: buffers.group, first, tiles };
  };

  let submitted = Promise.resolve();

  const load = async (number: number, first: number, count: number): Promise<Shard> => {
    const slot = slots[number]!;
    slot.holds = undefined;
    slot.parts = [];
    // Writes come after what was submitted before them. Waiting for what was submitted before the last load bounds what is staged.
    const before = submitted;
    submitted = device.queue.onSubmittedWorkDone();
    await gpu.settle(before);
    for (const [i, buffers] of slot.buffers.entries()) {
      const at = i * partRecords;
      if (at < count) slot.parts.push(await upload(buffers, first + at, Math.min(partRecords, count - at)));
    }
    slot.holds = { slot: number, first, count };
    return slot.holds;
  };

  return {
    load,

    async partsOf(shard) {
      const { holds } = slots[shard.slot]!;
      if (holds?.first !== shard.first || holds.count !== shard.count) await load(shard.slot, shard.first, shard.count);
      return slots[shard.slot]!.parts;
    },

    destroy() {
      for (const { buffers } of slots) {
        for (const { records, scores, order } of buffers)
          for (const buffer of [records, scores, order]) buffer.destroy();
      }
    },
  };
}
