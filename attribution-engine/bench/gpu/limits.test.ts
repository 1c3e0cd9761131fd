// Tests that the kernels that measure a GPU's limits are valid; what they measure is of no use on a driver that is a program.
import { expect } from "chai";
import { openNullGpu } from "../../src/search/test/null-gpu.ts";
import { MATRICES_SHADER, PRODUCTS_SHADER, READ_SHADER } from "./limits.ts";

describe("the kernels that measure a GPU's limits", () => {
  it("are accepted by Dawn", async () => {
    const { device, compile } = await openNullGpu();
    for (const code of [PRODUCTS_SHADER, MATRICES_SHADER, READ_SHADER]) {
      expect(await compile(code, "main", "auto")).to.equal(undefined);
    }
    device.destroy();
  });
});
