// Which bytes are shown as text.
import { expect } from "chai";
import { stringToHex } from "viem";
import { asText } from "./as-text.ts";

describe("bytes that anyone may have set", () => {
  it("are text where they are whole UTF-8", () => {
    expect(asText(stringToHex("Übersetzer"))).to.equal("Übersetzer");
    expect(asText(stringToHex("<script>"))).to.equal("<script>");
  });

  it("stay bytes where they are none, hide something, or are too many", () => {
    for (const value of ["0x", "0xff", stringToHex("a\u202eb"), stringToHex("a\u0000"), stringToHex("x".repeat(2_001))])
      expect(asText(value)).to.equal(undefined);
  });
});
