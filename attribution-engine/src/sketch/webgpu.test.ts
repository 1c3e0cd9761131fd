/** Tests that gradients by ONNX Runtime's WebGPU backend agree with the processor's within a tolerance. */
import { existsSync } from "node:fs";
import { expect } from "chai";
import type { Adapter } from "../model/adapter.ts";
import type { SketchBasis } from "./basis.ts";
import { ownGradients, type SketchMethod } from "./own-model.ts";
import { sketchTexts } from "./sketch-texts.ts";
import { sketchable, smallModel } from "./test/small-model.ts";

/** A software driver, where Debian's chromium-common puts it. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

describe("gradients by WebGPU on a software driver (skipped without SwiftShader of chromium-common, and libvulkan1)", function () {
  this.timeout(60_000);
  const { base, tokens } = smallModel();
  const texts = tokens.slice(0, 2);
  const work = { workers: 1 };
  const given = process.env.VK_ICD_FILENAMES;
  let adapter: Adapter;
  let basis: SketchBasis<SketchMethod>;

  before(async function () {
    if (given === undefined && !existsSync(SWIFTSHADER)) this.skip();
    ({ adapter, basis } = await sketchable(base, tokens));
    process.env.VK_ICD_FILENAMES = given ?? SWIFTSHADER;
  });
  after(() => {
    if (given === undefined) delete process.env.VK_ICD_FILENAMES;
  });

  it("agree to 1e-4 of their length", async () => {
    const rowsBy = (device: "cpu" | "webgpu") =>
      ownGradients(base, adapter, basis.method, texts, 32, { device }).rows([0, 1], "own", undefined, work);
    const [cpu, gpu] = [await rowsBy("cpu"), await rowsBy("webgpu")];
    const difference = cpu.values.map((value, at) => value - gpu.values[at]!);
    expect(Math.hypot(...difference) / Math.hypot(...cpu.values)).to.be.below(1e-4);
  });
  it("are not to be had without a driver, and the error says so", async () => {
    process.env.VK_ICD_FILENAMES = "/nowhere.json";
    const failed = await sketchTexts(base, adapter, basis, texts, 32, work, { device: "webgpu" }).then(
      () => "",
      (error: Error) => error.message,
    );
    process.env.VK_ICD_FILENAMES = given ?? SWIFTSHADER;
    expect(failed).to.include("no session on webgpu").and.to.include("Vulkan driver");
  });
});
