// The device's state of the queries of one pass: their vectors, bounds and lists.
import type { GpuDevice } from "./device.ts";
import type { Kernels } from "./kernels.ts";
import { ENTRY_BYTES, HEAD_WORDS, ROUND_WORDS } from "./wgsl.ts";

/** Rounds whose parameters are held at a time. */
export const STATE_ROUNDS = 256;

/** A uniform buffer's offsets are multiples of this on every device. */
export const ROUND_BYTES = 256;

/** What decides the buffers' sizes. */
export interface StateShape {
  /** Most queries of a pass; a multiple of 128. */
  readonly queries: number;
  readonly k: number;
  readonly topK: number;
  /** Entries that a query may be offered in a round. */
  readonly capacity: number;
}

/** Buffers of one pass in flight, with the groups that bind them. */
export interface QueryState {
  readonly queries: GPUBuffer;
  readonly thresholds: GPUBuffer;
  readonly heads: GPUBuffer;
  readonly rounds: GPUBuffer;
  /** The lists before and after a round change places: a selection reads one and writes the other. */
  readonly lists: readonly [GPUBuffer, GPUBuffer];
  readonly headsCopy: GPUBuffer;
  readonly listsCopy: GPUBuffer;
  readonly stateGroup: GPUBindGroup;
  readonly roundGroup: GPUBindGroup;
  /** `selectGroups[i]` reads `lists[i]`. */
  readonly selectGroups: readonly [GPUBindGroup, GPUBindGroup];
  destroy(): void;
}

/** Allocates a state; throws `GpuFailedError` if the device has no room for it. */
export function createQueryState(gpu: GpuDevice, kernels: Kernels, shape: StateShape): Promise<QueryState> {
  const { device } = gpu;
  const { queries: most, k, topK, capacity } = shape;
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ, UNIFORM } = GPUBufferUsage;
  const listBytes = most * 2 * topK * ENTRY_BYTES;
  const headBytes = most * HEAD_WORDS * 4;
  return gpu.allocate(`the lists of ${most} queries`, () => {
    const buffer = (size: number, usage: number): GPUBuffer => device.createBuffer({ size, usage });
    const queries = buffer(most * k, STORAGE | COPY_DST);
    const thresholds = buffer(most * 2 * ENTRY_BYTES, STORAGE | COPY_DST);
    const heads = buffer(headBytes, STORAGE | COPY_DST | COPY_SRC);
    const fresh = buffer(most * capacity * ENTRY_BYTES, STORAGE);
    const lists = [buffer(listBytes, STORAGE | COPY_SRC), buffer(listBytes, STORAGE | COPY_SRC)] as const;
    const rounds = buffer(STATE_ROUNDS * ROUND_BYTES, UNIFORM | COPY_DST);
    const headsCopy = buffer(headBytes, MAP_READ | COPY_DST);
    const listsCopy = buffer(listBytes, MAP_READ | COPY_DST);
    const group = (layout: GPUBindGroupLayout, ...buffers: GPUBuffer[]): GPUBindGroup =>
      device.createBindGroup({
        layout,
        entries: buffers.map((each, binding) => ({ binding, resource: { buffer: each } })),
      });
    const roundEntry = { binding: 0, resource: { buffer: rounds, size: ROUND_WORDS * 4 } };
    return {
      queries,
      thresholds,
      heads,
      rounds,
      lists,
      headsCopy,
      listsCopy,
      stateGroup: group(kernels.stateLayout, queries, thresholds, heads, fresh),
      roundGroup: device.createBindGroup({ layout: kernels.roundLayout, entries: [roundEntry] }),
      selectGroups: [
        group(kernels.selectLayout, heads, thresholds, fresh, lists[0], lists[1]),
        group(kernels.selectLayout, heads, thresholds, fresh, lists[1], lists[0]),
      ],
      destroy() {
        for (const each of [queries, thresholds, heads, fresh, ...lists, rounds, headsCopy, listsCopy]) each.destroy();
      },
    };
  });
}
