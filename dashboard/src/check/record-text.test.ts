// The check that a text is the record that an index names.
import { expect } from "chai";
import { keccak256, stringToBytes } from "viem";
import { checkRecordText } from "./record-text.ts";

describe("the check of a record's text", () => {
  const recordHash = keccak256(stringToBytes("Four score and seven years ago"));

  it("holds for the record's own text, however its white space is written", () => {
    expect(checkRecordText("Four score and seven years ago", recordHash).holds).to.equal(true);
    expect(checkRecordText("  Four score\nand seven  years ago", recordHash).holds).to.equal(true);
  });

  it("does not hold for another text, and says of what is no text why", () => {
    expect(checkRecordText("Four score and eight years ago", recordHash).holds).to.equal(false);
    expect(checkRecordText(" ", recordHash)).to.include({ holds: false, found: "text record is empty" });
  });
});
