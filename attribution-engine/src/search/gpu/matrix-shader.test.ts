// Tests that the kernel of subgroup matrices is valid WGSL that fits its bindings; no device that has such matrices has run it yet.
import { expect } from "chai";
import { create, globals } from "webgpu";
import type { GpuDevice } from "./device.ts";
import { kernelsOf } from "./kernels.ts";
import { matrixShader } from "./matrix-shader.ts";

describe("the kernel of subgroup matrices", () => {
  it("is accepted by Dawn, with the layouts of the other kernels", async () => {
    Object.assign(globalThis, globals);
    // Dawn's null backend checks shaders and pipelines for every feature, and runs nothing.
    const gpu = create(["backend=null", "enable-dawn-features=allow_unsafe_apis"]);
    const adapter = await gpu.requestAdapter();
    const device = await adapter!.requestDevice({
      requiredFeatures: ["subgroups", "chromium-experimental-subgroup-matrix" as GPUFeatureName],
    });
    const { shardLayout, stateLayout, roundLayout } = kernelsOf({ device } as GpuDevice);
    const pipelineOf = async (code: string): Promise<string | undefined> => {
      device.pushErrorScope("validation");
      const module = device.createShaderModule({ code });
      const layout = device.createPipelineLayout({ bindGroupLayouts: [shardLayout, stateLayout, roundLayout] });
      device.createComputePipeline({ layout, compute: { module, entryPoint: "score" } });
      return (await device.popErrorScope())?.message;
    };
    expect(await pipelineOf(matrixShader())).to.match(/workgroup storage \(32768 bytes\) is larger/);
    // The null device has half of that memory, so declare less. Dawn knows how long an array must be for one access: 16 rows, three vectors
    // apart, the last one of two vectors. That tells in what units offsets and strides are counted.
    const declaring = (vectors: number): string =>
      matrixShader().replace(/(var<workgroup> tile\w+: array<vec4<u32>), 768>/g, `$1, ${vectors}>`);
    expect(await pipelineOf(declaring(47))).to.equal(undefined);
    expect(await pipelineOf(declaring(46))).to.match(/too small \(736 bytes\) for the matrix access \(752 bytes\)/);
    device.destroy();
    // Dawn crashes if this is collected while it is in use.
    expect(gpu).to.not.equal(undefined);
  });
});
