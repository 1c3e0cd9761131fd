/** Tests of the tensor file format. */
import { expect } from "chai";
import { decodeTensors, encodeTensors } from "./safetensors.ts";

describe("safetensors", () => {
  const tensors = new Map([
    ["a", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ["b", { shape: [1], data: Float32Array.of(-5) }],
  ]);
  it("round-trips names, shapes, data and metadata", () => {
    const back = decodeTensors(encodeTensors({ tensors, metadata: { x: "y" } }), "f");
    expect([...back.tensors]).to.deep.equal([...tensors]);
    expect(back.metadata).to.deep.equal({ x: "y" });
  });
  it("names the file of a truncated or foreign content", () => {
    const bytes = encodeTensors({ tensors, metadata: {} });
    expect(() => decodeTensors(bytes.subarray(0, 4), "f.st")).to.throw("f.st: 4 bytes");
    expect(() => decodeTensors(bytes.subarray(0, bytes.length - 1), "f.st")).to.throw(/f\.st: tensor b .* truncated/);
    expect(() => decodeTensors(new TextEncoder().encode("not a tensor file"), "f.st")).to.throw("f.st: header");
  });
});
