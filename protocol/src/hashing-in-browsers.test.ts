// Tests of the hashing that pages use against the kernels, and of which of the two an import takes.
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { hashEach, hashOne } from "./hashing-in-browsers.ts";
import * as kernel from "./kernel.ts";

describe("hashing in browsers", () => {
  it("agrees with the kernels", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 167 + 13) % 256);
    for (const length of [0, 1, 57, 97, 135, 136, 137, 272, 300])
      expect(hashOne(bytes.subarray(0, length))).to.deep.equal(kernel.hashOne(bytes.subarray(0, length)));
    expect(hashEach(bytes, 60)).to.deep.equal(kernel.hashEach(bytes, 60));
    expect(hashEach(new Uint8Array(), 5)).to.have.length(0);
  });

  it("is what the condition `browser` takes, and the kernels are what everybody else takes", async () => {
    const { imports } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
      imports: Record<string, Record<string, string>>;
    };
    expect(imports["#hashing"]).to.deep.equal({
      browser: "./src/hashing-in-browsers.ts",
      default: "./src/kernel.ts",
    });
  });
});
