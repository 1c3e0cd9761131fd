/** Tests of the lexical and bigram baselines against values worked out by hand. */
import { expect } from "chai";
import { bigramPerplexity, fitBigram, tuneBigram } from "./bigram.ts";
import { Bm25Index } from "./bm25.ts";

describe("Bm25Index", () => {
  it("scores as the formula does by hand", () => {
    const index = new Bm25Index(["a a b", "b c", "d"]);
    const scores = index.scores("A", { k1: 1.2, b: 0.5 });
    // idf = ln(1 + 2.5 / 1.5); tf = 2, length 3, mean length 2.
    const expected = (Math.log(1 + 2.5 / 1.5) * 2 * 2.2) / (2 + 1.2 * (0.5 + (0.5 * 3) / 2));
    expect(scores[0]).to.be.closeTo(expected, 1e-12);
    expect([scores[1], scores[2]]).to.deep.equal([0, 0]);
  });
  it("refuses an empty set", () => {
    expect(() => new Bm25Index([])).to.throw("empty set");
  });
});

describe("bigram", () => {
  const texts = [
    [1, 2, 1, 2],
    [1, 2, 3],
  ];
  it("is a distribution after every token, seen or not", () => {
    const model = fitBigram(texts, 5, 0.5);
    for (const previous of [0, 1, 4]) {
      let sum = 0;
      for (let token = 0; token < 5; token++) sum += model.probability(previous, token);
      expect(sum).to.be.closeTo(1, 1e-12);
    }
  });
  it("matches Kneser-Ney by hand", () => {
    // After 1 comes 2, three times; of 4 bigram types (0→1, 1→2, 2→1, 2→3) one ends in 2.
    const lower = (1 - 0.5) / 4 + (0.5 * 3) / 4 / 5;
    expect(fitBigram(texts, 5, 0.5).probability(1, 2)).to.be.closeTo(2.5 / 3 + (0.5 / 3) * lower, 1e-12);
  });
  it("tunes its discount and measures perplexity", () => {
    const many = Array.from({ length: 40 }, (_, i) => [1, 2, 3, (i % 2) + 1]);
    expect(bigramPerplexity(tuneBigram(many, 5), many)).to.be.below(2);
    expect(() => bigramPerplexity(fitBigram(many, 5, 0.5), [])).to.throw("empty set");
  });
});
