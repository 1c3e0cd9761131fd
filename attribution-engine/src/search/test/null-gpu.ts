// Dawn's null backend, which checks shaders and pipelines for every feature and runs nothing.
import { create, globals } from "webgpu";

/** A device of the null backend. */
export interface NullGpu {
  readonly device: GPUDevice;
  /** What is wrong with a kernel, if anything is. */
  compile(code: string, entryPoint: string, layout: GPUPipelineLayout | "auto"): Promise<string | undefined>;
}

/** Held for the life of the process: Dawn crashes when it is collected while anything of it is in use. */
let gpu: GPU | undefined;

/** Opens a device that has 8-bit subgroup matrices, as far as the compiler goes. */
export async function openNullGpu(): Promise<NullGpu> {
  Object.assign(globalThis, globals);
  gpu ??= create(["backend=null", "enable-dawn-features=allow_unsafe_apis"]);
  const adapter = await gpu.requestAdapter();
  const requiredFeatures: GPUFeatureName[] = ["subgroups", "chromium-experimental-subgroup-matrix" as GPUFeatureName];
  const device = await adapter!.requestDevice({ requiredFeatures });
  return {
    device,
    async compile(code, entryPoint, layout) {
      device.pushErrorScope("validation");
      const module = device.createShaderModule({ code });
      device.createComputePipeline({ layout, compute: { module, entryPoint } });
      return (await device.popErrorScope())?.message;
    },
  };
}
