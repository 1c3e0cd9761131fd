// Measures on a GPU the two limits of a search: packed integer dot products in registers, and reading memory.
import type { GpuDevice } from "../../src/search/gpu/device.ts";
import { MATRIX, MATRIX_SUBGROUP } from "../../src/search/gpu/matrix-shader.ts";

/** What the device does a second. */
export interface GpuLimits {
  /**
   * Products of two 8-bit coordinates, added up, with all operands in registers: by `dot4I8Packed` (four each), or by subgroup matrices if
   * the device was opened for them.
   */
  readonly productsPerSecond: number;
  /** Bytes read from a buffer that no cache holds. */
  readonly bytesPerSecond: number;
}

const THREADS = 256;
/** Independent sums of a thread: enough to hide the latency of each. */
const CHAINS = 16;
/** Times that a turn of the loop adds to each sum. */
const REPEATS = 8;
/** The same of a subgroup that multiplies matrices. */
const MATRIX_CHAINS = 8;
const READ_BYTES = 2 ** 30;
/** Least time of a measured run: long against submitting it. */
const LEAST_SECONDS = 0.1;
const RUNS = 5;

/** Each sum is both operand and addend, so that no product can be left out or moved out of the loop. */
export const PRODUCTS_SHADER = /* wgsl */ `
requires packed_4x8_integer_dot_product;
@group(0) @binding(0) var<uniform> turns: vec4<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<i32>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  ${eachOf(CHAINS, (i) => `var c${i} = i32(id.x * ${CHAINS}u + ${i}u);`)}
  for (var turn = 0u; turn < turns.x; turn++) {
    ${Array.from({ length: REPEATS }, () => eachOf(CHAINS, (i) => `c${i} += dot4I8Packed(bitcast<u32>(c${i}), turns.y);`)).join("\n    ")}
  }
  result[id.x] = ${Array.from({ length: CHAINS }, (_, i) => `c${i}`).join(" ^ ")};
}`;

/** The same by matrices: each multiplication adds to the sum before it. */
export const MATRICES_SHADER = /* wgsl */ `
enable subgroups;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(0) var<uniform> turns: vec4<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<i32>;
var<workgroup> values: array<vec4<u32>, ${2 * MATRIX.M}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  if (thread < ${2 * MATRIX.M}u) { values[thread] = vec4(turns.y); }
  workgroupBarrier();
  let a = subgroupMatrixLoad<subgroup_matrix_left<i8, ${MATRIX.K}, ${MATRIX.M}>, row_major>(&values, 0u, 2u);
  let b = subgroupMatrixLoad<subgroup_matrix_right<i8, ${MATRIX.N}, ${MATRIX.K}>, col_major>(&values, 0u, 2u);
  ${eachOf(MATRIX_CHAINS, (i) => `var c${i}: subgroup_matrix_result<i32, ${MATRIX.N}, ${MATRIX.M}>;`)}
  for (var turn = 0u; turn < turns.x; turn++) {
    ${Array.from({ length: REPEATS }, () => eachOf(MATRIX_CHAINS, (i) => `c${i} = subgroupMatrixMultiplyAccumulate(a, b, c${i});`)).join("\n    ")}
  }
  ${eachOf(MATRIX_CHAINS, (i) => `subgroupMatrixStore<row_major>(&result, (group.x * ${MATRIX_CHAINS}u + ${i}u) * ${MATRIX.M * MATRIX.N}u, c${i}, ${MATRIX.N}u);`)}
}`;

/** Workgroups read runs of 64 KiB; a sum that is written only if it has an unlikely value keeps every read. */
export const READ_SHADER = /* wgsl */ `
@group(0) @binding(0) var<uniform> turns: vec4<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<i32>;
@group(0) @binding(2) var<storage, read> values: array<vec4<u32>>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  var sum = vec4(0u);
  for (var turn = 0u; turn < turns.x; turn++) {
    for (var i = 0u; i < 16u; i++) { sum ^= values[(group.x * 16u + i) * ${THREADS}u + thread] + turn; }
  }
  if (any(sum == vec4(turns.y))) { result[thread] = i32(sum.x); }
}`;

/** How long and over how much the kernels run; smaller only to try them. */
export interface LimitSizes {
  readonly leastSeconds?: number;
  readonly readBytes?: number;
}

/** Runs both kernels, for 0.1 s and over 1 GiB unless told otherwise, and takes the fastest of five runs. */
export async function measureGpuLimits(gpu: GpuDevice, sizes: LimitSizes = {}): Promise<GpuLimits> {
  const { leastSeconds = LEAST_SECONDS, readBytes = READ_BYTES } = sizes;
  const { device } = gpu;
  const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
  const largest = Math.min(readBytes, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const readGroups = Math.floor(largest / (16 * 16 * THREADS));
  const productGroups = 8192;
  const [turns, result, values] = await gpu.allocate("the buffers that the limits are measured with", () => [
    device.createBuffer({ size: 16, usage: UNIFORM | COPY_DST }),
    device.createBuffer({ size: productGroups * MATRIX_CHAINS * MATRIX.M * MATRIX.N * 4, usage: STORAGE }),
    device.createBuffer({ size: readGroups * 16 * 16 * THREADS, usage: STORAGE }),
  ]);

  const rate = async (code: string, buffers: GPUBuffer[], groups: number, workPerTurn: number): Promise<number> => {
    const module = device.createShaderModule({ code });
    const pipeline = await gpu.settle(
      device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: "main" } }),
    );
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const run = async (count: number): Promise<number> => {
      device.queue.writeBuffer(turns, 0, Uint32Array.of(count, 0x01ff0301, 0, 0));
      await gpu.settle(device.queue.onSubmittedWorkDone());
      const start = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await gpu.settle(device.queue.onSubmittedWorkDone());
      return (performance.now() - start) / 1_000;
    };
    let count = 1;
    while ((await run(count)) < leastSeconds) count *= 2;
    let best = Infinity;
    for (let i = 0; i < RUNS; i++) best = Math.min(best, await run(count));
    return (count * workPerTurn) / best;
  };

  const perSubgroup = MATRIX_CHAINS * MATRIX.M * MATRIX.N * MATRIX.K;
  const perThread = gpu.hasMatrices ? perSubgroup / MATRIX_SUBGROUP : CHAINS * 4;
  const code = gpu.hasMatrices ? MATRICES_SHADER : PRODUCTS_SHADER;
  const productsPerTurn = productGroups * THREADS * REPEATS * perThread;
  const productsPerSecond = await rate(code, [turns, result], productGroups, productsPerTurn);
  const bytesPerSecond = await rate(READ_SHADER, [turns, result, values], readGroups, values.size);
  for (const buffer of [turns, result, values]) buffer.destroy();
  return { productsPerSecond, bytesPerSecond };
}

function eachOf(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join(" ");
}
