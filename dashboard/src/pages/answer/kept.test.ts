// What is no kept answer is said to be that, and why: a file is chosen by hand.
import { expect } from "chai";
import { readKept } from "./kept.ts";

const PROOF = { id: "0x12", receipt: { sequence: "1" }, signature: "0x34", salt: "0x56" };

describe("a file that a payer keeps", () => {
  it("is read with its texts, or without", () => {
    const whole = { ...PROOF, prompt: "Who?", answer: "They." };
    expect(readKept(JSON.stringify(whole))).to.deep.equal(whole);
    expect(readKept(JSON.stringify(PROOF))).to.deep.equal(PROOF);
    expect(readKept(JSON.stringify({ ...PROOF, answer: ["They."] }))).to.deep.equal(PROOF);
  });

  it("is said to be none with what is wrong with it, and what it should have", () => {
    const { signature: _, ...unsigned } = PROOF;
    for (const [text, wrong] of [
      ["", "this file is empty"],
      ["\n ", "this file is empty"],
      ["%PDF-1.7", "this file is no JSON"],
      ['{"receipt": ', "this file is no JSON"],
      ["null", "this file has no object"],
      [JSON.stringify([PROOF]), "this file has no object"],
      ["{}", "this file lacks receipt and signature and salt"],
      [JSON.stringify(unsigned), "this file lacks signature"],
    ] as const)
      expect(() => readKept(text), text).to.throw(
        `${wrong}; the file that a payer keeps is JSON with id, receipt, signature, salt, prompt and answer`,
      );
  });
});
