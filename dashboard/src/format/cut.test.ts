// Tests of cutting long texts of others.
import { expect } from "chai";
import { cut } from "./cut.ts";

describe("a long text", () => {
  it("is shown to a bound, with an ellipsis where there is more", () => {
    expect(cut("short", 5)).to.equal("short");
    expect(cut("longer", 5)).to.equal("longe…");
    expect(cut("x".repeat(5_000), 160)).to.have.length(161);
  });

  it("is not cut within a character", () => {
    expect(cut("abc😀d", 4)).to.equal("abc…");
    expect(cut("abc😀d", 5)).to.equal("abc😀…");
  });
});
