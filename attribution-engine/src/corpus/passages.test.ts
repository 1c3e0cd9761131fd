/** Tests of cutting text to passages. */
import { expect } from "chai";
import { normaliseText } from "./normalise.ts";
import { cutPassages } from "./passages.ts";

describe("passages", () => {
  const letters = (word: string): number => word.length;
  it("normalises to NFC with single spaces, once and for all", () => {
    const text = normaliseText("  cafe\u0301\u00a0 au\tlait\n");
    expect(text).to.equal("café au lait");
    expect(normaliseText(text)).to.equal(text);
  });
  it("ends passages at sentences where they are half full", () => {
    expect(cutPassages("Aaa bbb ccc. Ddd eee fff ggg.", 16, letters)).to.deep.equal([
      "Aaa bbb ccc.",
      "Ddd eee fff ggg.",
    ]);
  });
  it("keeps every passage within the limit and every word in order", () => {
    const text = "One, two; three four five six seven. Eight nine ten eleven twelve thirteen.";
    const passages = cutPassages(text, 12, letters);
    expect(passages.join(" ")).to.equal(text);
    for (const passage of passages) expect(letters(passage.replaceAll(" ", ""))).to.be.at.most(12);
  });
  it("drops words that never fit", () => {
    expect(cutPassages("ab abcdefghijk cd", 4, letters)).to.deep.equal(["ab", "cd"]);
  });
});
