/** Tests of the tokenizer. */
import { expect } from "chai";
import { Tokenizer, trainTokenizer } from "./tokenizer.ts";

describe("Tokenizer", () => {
  const tokenizer = trainTokenizer(["the cat and the hat", "the bat on the mat"], 270);
  it("round-trips any text", () => {
    for (const text of ["the cat", "naïve — “quoted” 漢字 🙂", "1790: A, b!"]) {
      expect(tokenizer.decode(tokenizer.encode(text))).to.equal(text);
    }
  });
  it("spells a space and the text's UTF-8 in its tokens' bytes", () => {
    const text = "the naïve 漢字 cat";
    const bytes = tokenizer.encode(text).flatMap((token) => [...tokenizer.bytesOf(token)]);
    expect(Buffer.from(bytes).toString("utf8")).to.equal(` ${text}`);
  });
  it("merges frequent pairs", () => {
    expect(tokenizer.encode("the")).to.have.length(1);
  });
  it("adds up word by word", () => {
    const words = ["the", "cat,", "sat!"];
    expect(tokenizer.encode(words.join(" "))).to.deep.equal(words.flatMap((word) => tokenizer.encode(word)));
  });
  it("rejects unknown tokens and broken merges", () => {
    expect(() => tokenizer.decode([99999])).to.throw("token 99999");
    expect(() => tokenizer.bytesOf(99999)).to.throw("token 99999");
    expect(() => new Tokenizer([[300, 301]])).to.throw("merge 0");
  });
});
