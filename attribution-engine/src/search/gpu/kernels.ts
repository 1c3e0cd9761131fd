// Compiles the search's kernels, once per device.
import type { GpuDevice } from "./device.ts";
import { matrixShader } from "./matrix-shader.ts";
import { scoreShader, type QueryRows } from "./score-shader.ts";
import { SELECT_SHADER } from "./select-shader.ts";

/** The kernels and the layouts of what they are bound to. */
export interface Kernels {
  readonly shardLayout: GPUBindGroupLayout;
  readonly stateLayout: GPUBindGroupLayout;
  readonly roundLayout: GPUBindGroupLayout;
  readonly selectLayout: GPUBindGroupLayout;
  /** Compiled when they are first asked for. */
  score(queryRows: QueryRows): Promise<GPUComputePipeline>;
  select(): Promise<GPUComputePipeline>;
}

const made = new WeakMap<GpuDevice, Kernels>();

/** The kernels of a device. */
export function kernelsOf(gpu: GpuDevice): Kernels {
  const kernels = made.get(gpu) ?? createKernels(gpu);
  made.set(gpu, kernels);
  return kernels;
}

function createKernels(gpu: GpuDevice): Kernels {
  const { device } = gpu;
  const layout = (...types: GPUBufferBindingType[]): GPUBindGroupLayout =>
    device.createBindGroupLayout({
      entries: types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type, hasDynamicOffset: type === "uniform" },
      })),
    });
  const shardLayout = layout("read-only-storage", "read-only-storage", "read-only-storage");
  const stateLayout = layout("read-only-storage", "read-only-storage", "storage", "storage");
  const roundLayout = layout("uniform");
  const selectLayout = layout("storage", "storage", "read-only-storage", "read-only-storage", "storage");
  const compiled = new Map<string, Promise<GPUComputePipeline>>();

  // Compiled in this thread: Dawn's asynchronous way keeps the thread just as busy, by asking over and over whether it is done.
  const once = (
    label: string,
    bindGroupLayouts: GPUBindGroupLayout[],
    entryPoint: string,
    code: () => string,
  ): Promise<GPUComputePipeline> => {
    const known = compiled.get(label);
    if (known !== undefined) return known;
    const pipeline = gpu.allocate(`the kernel ${label}`, () => {
      const module = device.createShaderModule({ label, code: code() });
      const layout = device.createPipelineLayout({ bindGroupLayouts });
      return device.createComputePipeline({ label, layout, compute: { module, entryPoint } });
    });
    compiled.set(label, pipeline);
    return pipeline;
  };

  return {
    shardLayout,
    stateLayout,
    roundLayout,
    selectLayout,
    score(queryRows) {
      const byMatrices = queryRows === 8 && gpu.hasMatrices;
      const code = byMatrices ? matrixShader : () => scoreShader(queryRows);
      return once(`score ${queryRows}`, [shardLayout, stateLayout, roundLayout], "score", code);
    },
    select: () => once("select", [selectLayout, roundLayout], "choose", () => SELECT_SHADER),
  };
}
