/** Tests of the lexical and bigram baselines against values worked out by hand. */
import { expect } from "chai";
import { createRandom } from "../numerics/random.ts";
import { bigramPerplexity, fitBigram, tuneBigram } from "./bigram.ts";
import { BM25_GRID, Bm25Index, tuneBm25, wordRuns } from "./bm25.ts";
import { gradientDots } from "./gradient-dot.ts";

describe("Bm25Index", () => {
  it("scores as the formula does by hand", () => {
    const index = new Bm25Index(["a a b", "b c", "d"]);
    const scores = index.scores("A", { k1: 1.2, b: 0.5 });
    // idf = ln(1 + 2.5 / 1.5); tf = 2, length 3, mean length 2.
    const expected = (Math.log(1 + 2.5 / 1.5) * 2 * 2.2) / (2 + 1.2 * (0.5 + (0.5 * 3) / 2));
    expect(scores[0]).to.be.closeTo(expected, 1e-12);
    expect([scores[1], scores[2]]).to.deep.equal([0, 0]);
  });
  it("takes runs of words for terms, of which each counts in the length", () => {
    const index = new Bm25Index(["a b c", "b a", "c"], 2);
    expect(index.postings).to.equal(5 + 3 + 1);
    const scores = index.scores("a, B", { k1: 1.2, b: 0.5 });
    const term = (rarity: number, length: number): number => (rarity * 2.2) / (1 + 1.2 * (0.5 + (0.5 * length) / 3));
    // Lengths are 5, 3 and 1. The words are in two of three records, the pair "a b" is in one.
    const [word, pair] = [Math.log(1 + 1.5 / 2.5), Math.log(1 + 2.5 / 1.5)];
    expect(scores[0]).to.be.closeTo(2 * term(word, 5) + term(pair, 5), 1e-12);
    expect(scores[1]).to.be.closeTo(2 * term(word, 3), 1e-12);
    expect(scores[2]).to.equal(0);
    expect(wordRuns("One two, three.", 3)).to.deep.equal([
      "one",
      "two",
      "three",
      "one two",
      "two three",
      "one two three",
    ]);
  });
  it("refuses an empty set", () => {
    expect(() => new Bm25Index([])).to.throw("empty set");
  });
  it("is tuned to the parameters of the grid that are best, wherever they stand", () => {
    for (const wanted of [BM25_GRID[0]!, BM25_GRID[17]!, BM25_GRID.at(-1)!]) {
      const tuned = tuneBm25(({ k1, b }) => -Math.abs(k1 - wanted.k1) - Math.abs(b - wanted.b));
      expect(tuned).to.deep.equal(wanted);
    }
  });
});

describe("gradientDots", () => {
  const rows = (size: number, ...values: number[]) => ({
    count: values.length / size,
    size,
    values: Float32Array.from(values),
  });
  it("scores a record by its dot product with the call", () => {
    const scores = gradientDots(rows(2, 1, 2, -3, 0.5), rows(2, 4, 1, 0, -2));
    expect([...scores(0)]).to.deep.equal([6, -11.5]);
    expect([...scores(1)]).to.deep.equal([-4, -1]);
  });
  it("refuses gradients of another size", () => {
    expect(() => gradientDots(rows(2, 1, 2), rows(1, 3))).to.throw("1 coordinates, of records 2");
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
  it("takes the discount that does best on texts that it was not fitted on", () => {
    const random = createRandom(3);
    const draw = (vocabulary: number) =>
      Array.from({ length: 200 }, () => Array.from({ length: 8 }, () => 1 + random.below(vocabulary - 1)));
    // Three tokens leave every bigram well known; with 300, nearly every bigram of a judged text is new.
    const [known, sparse] = [tuneBigram(draw(4), 4).discount, tuneBigram(draw(300), 300).discount];
    expect(known).to.be.below(sparse);
    const texts = draw(40);
    const fitting = texts.filter((_, row) => row % 10 !== 0);
    const judging = texts.filter((_, row) => row % 10 === 0);
    const judged = (discount: number): number => bigramPerplexity(fitBigram(fitting, 40, discount), judging);
    const tuned = judged(tuneBigram(texts, 40).discount);
    for (const discount of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) expect(tuned).to.be.at.most(judged(discount));
  });
});
