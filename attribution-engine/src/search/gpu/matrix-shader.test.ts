// Tests that the kernel of subgroup matrices is valid WGSL that fits its bindings; no device that has such matrices has run it yet.
import { expect } from "chai";
import { openNullGpu } from "../test/null-gpu.ts";
import type { GpuDevice } from "./device.ts";
import { kernelsOf } from "./kernels.ts";
import { matrixShader } from "./matrix-shader.ts";

describe("the kernel of subgroup matrices", () => {
  it("is accepted by Dawn, with the layouts of the other kernels", async () => {
    const { device, compile } = await openNullGpu();
    const { shardLayout, stateLayout, roundLayout } = kernelsOf({ device } as GpuDevice);
    const layout = device.createPipelineLayout({ bindGroupLayouts: [shardLayout, stateLayout, roundLayout] });
    expect(await compile(matrixShader(), "score", layout)).to.match(/workgroup storage \(32768 bytes\) is larger/);
    // The null device has half of that memory, so declare less. Dawn knows how long an array must be for one access: 16 rows, three vectors
    // apart, the last one of two vectors. That tells in what units offsets and strides are counted.
    const declaring = (vectors: number): string =>
      matrixShader().replace(/(var<workgroup> tile\w+: array<vec4<u32>), 768>/g, `$1, ${vectors}>`);
    expect(await compile(declaring(47), "score", layout)).to.equal(undefined);
    expect(await compile(declaring(46), "score", layout)).to.match(
      /too small \(736 bytes\) for the matrix access \(752 bytes\)/,
    );
    device.destroy();
  });
});
