// Shards of records in a WebAssembly memory, with what the selection of best records needs of them.
import type { Arena } from "./arena.ts";
import type { ScorerOptions, Shard } from "./backend.ts";
import type { DotExports } from "./dot-module.ts";
import type { RecordSource } from "./record-source.ts";

/** Addresses of a slot's columns: sketches, scales (u32), novelties (u32), and their products (f32). */
export interface SlotAddresses {
  readonly vectors: number;
  readonly scales: number;
  readonly novelties: number;
  readonly weights: number;
}

/** Slots for shards. */
export interface ShardMemory {
  readonly slots: readonly SlotAddresses[];
  /** Reads records into a slot; afterwards their coordinates have the offset that the memory was made for. */
  load(slot: number, first: number, count: number): Promise<Shard>;
}

/** A float32 per record, and zeroes for the rest of the last group of four. */
const PADDING = 16;

/**
 * Takes the slots' memory from `arena`. No buffer may be taken from it while a load runs, since growing moves the memory.
 * @param offset what the scorer wants added to each coordinate, 0 or 128.
 */
export function createShardMemory(
  wasm: DotExports,
  arena: Arena,
  source: RecordSource,
  { shardRecords, slots }: Pick<ScorerOptions, "shardRecords" | "slots">,
  offset: 0 | 128,
): ShardMemory {
  const { k } = source;
  const addresses: SlotAddresses[] = Array.from({ length: slots }, () => ({
    vectors: arena.take(shardRecords * k),
    scales: arena.take(shardRecords * 4),
    novelties: arena.take(shardRecords * 4),
    weights: arena.take(shardRecords * 4 + PADDING),
  }));
  return {
    slots: addresses,
    async load(slot, first, count) {
      const at = addresses[slot]!;
      const bytes = new Uint8Array(count);
      const { buffer } = wasm.memory;
      const scales = new Uint32Array(buffer, at.scales, count);
      const sketches = new Uint8Array(buffer, at.vectors, count * k);
      await source.read(first, { sketches, scales, novelties: bytes });
      if (source.offset !== offset) wasm.flip(at.vectors, count * k);
      new Uint32Array(buffer, at.novelties, count).set(bytes);
      const weights = new Float32Array(buffer, at.weights, count);
      for (let i = 0; i < count; i++) weights[i] = scales[i]! * bytes[i]!;
      return { slot, first, count };
    },
  };
}
