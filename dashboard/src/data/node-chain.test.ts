// Tests of telling a node of another chain.
import { expect } from "chai";
import { otherThan } from "./node-chain.ts";

describe("the chain of the node that checks read", () => {
  it("is another one where the node says another number, and is not known where it says none", () => {
    expect(otherThan(31_337, "0x1")).to.equal(1);
    expect(otherThan(31_337, 1)).to.equal(1);
    for (const same of ["0x7a69", 31_337, undefined, null, "", "none", {}, "0x7a69".repeat(9)])
      expect(otherThan(31_337, same), String(same)).to.equal(undefined);
  });
});
