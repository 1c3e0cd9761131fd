/** Tests of what counts as repetition, and of what becomes of texts that repeat themselves. */
import { expect } from "chai";
import { repeatsItself, repetitionOf, withoutRepetitive } from "./repetition.ts";

const LIMIT = { words: 0.45, pairs: 0.25 };

describe("repetition within a text", () => {
  it("counts words and pairs that occurred before, whatever their case and punctuation", () => {
    expect(repetitionOf("one two, three four")).to.deep.equal({ words: 0, pairs: 0 });
    expect(repetitionOf("One two; one two! one TWO")).to.deep.equal({ words: 4 / 6, pairs: 3 / 5 });
    // Words in other orders: no pair twice, but the words.
    expect(repetitionOf("a b c b a c")).to.deep.equal({ words: 0.5, pairs: 0 });
    expect(repetitionOf("… — !")).to.deep.equal({ words: 0, pairs: 0 });
    expect(repetitionOf("alone")).to.deep.equal({ words: 0, pairs: 0 });
  });
  it("is too much above either limit, and not at it", () => {
    expect(repeatsItself("a b c d a b e f", { words: 0.25, pairs: 1 / 7 })).to.equal(false);
    expect(repeatsItself("a b c d a b e f", { words: 0.24, pairs: 1 / 7 })).to.equal(true);
    expect(repeatsItself("a b c d a b e f", { words: 0.25, pairs: 0.14 })).to.equal(true);
  });
  it("lets rhetoric pass", () => {
    const text =
      "If there is a mountain, we climb it. If there is a frontier, we cross it. We believe in the capacity of people.";
    expect(repeatsItself(text, LIMIT)).to.equal(false);
  });
  it("leaves a text that repeats itself a zero sketch with scale 0, and the others theirs", () => {
    const sketches = { count: 3, k: 2, sketches: Int8Array.of(1, 2, 3, 4, 5, 6), scales: Uint32Array.of(7, 8, 9) };
    const texts = ["a new text", "again and again and again and again", "another one"];
    const made = withoutRepetitive(sketches, texts, LIMIT);
    expect([...made.sketches]).to.deep.equal([1, 2, 0, 0, 5, 6]);
    expect([...made.scales]).to.deep.equal([7, 0, 9]);
    expect([...sketches.scales]).to.deep.equal([7, 8, 9]);
    expect(() => withoutRepetitive(sketches, ["one"], LIMIT)).to.throw("3 sketches of 1 texts");
  });
});
