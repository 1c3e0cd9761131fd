// Compiles the search's kernels for one device.
import type { GpuDevice } from "./device.ts";
import { scoreShader, type QueryRows } from "./score-shader.ts";
import { SELECT_SHADER } from "./select-shader.ts";

/** The kernels and the layouts of what they are bound to. */
export interface Kernels {
  readonly shardLayout: GPUBindGroupLayout;
  readonly stateLayout: GPUBindGroupLayout;
  readonly roundLayout: GPUBindGroupLayout;
  readonly selectLayout: GPUBindGroupLayout;
  score(queryRows: QueryRows): Promise<GPUComputePipeline>;
  select(topK: number, capacity: number): Promise<GPUComputePipeline>;
}

/** Layouts at once, pipelines when they are first asked for. */
export function createKernels(gpu: GpuDevice): Kernels {
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
  const scoreLayout = device.createPipelineLayout({ bindGroupLayouts: [shardLayout, stateLayout, roundLayout] });
  const chooseLayout = device.createPipelineLayout({ bindGroupLayouts: [selectLayout] });

  const compiled = new Map<string, Promise<GPUComputePipeline>>();
  const once = (key: string, make: () => Promise<GPUComputePipeline>): Promise<GPUComputePipeline> => {
    const pipeline = compiled.get(key) ?? gpu.settle(make());
    compiled.set(key, pipeline);
    return pipeline;
  };

  return {
    shardLayout,
    stateLayout,
    roundLayout,
    selectLayout,
    score: (queryRows) =>
      once(`score ${queryRows}`, () => {
        const module = device.createShaderModule({ label: "score", code: scoreShader(queryRows) });
        return device.createComputePipelineAsync({ layout: scoreLayout, compute: { module, entryPoint: "score" } });
      }),
    select: (topK, capacity) =>
      once(`select ${topK} ${capacity}`, () => {
        const module = device.createShaderModule({ label: "select", code: SELECT_SHADER });
        const constants = { topK, capacity };
        return device.createComputePipelineAsync({
          layout: chooseLayout,
          compute: { module, entryPoint: "choose", constants },
        });
      }),
  };
}
