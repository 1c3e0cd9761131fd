// Runs of words that an answer and a record have in common.
import { expect } from "chai";
import { commonSpans, joined } from "./spans.ts";

const marked = (text: string, other: string): string[] =>
  commonSpans(text, other).map(({ from, to }) => text.slice(from, to));

describe("common spans", () => {
  it("are the longest runs of three words or more, whatever their case and punctuation", () => {
    expect(marked("The duty of Congress, to act.", "It is the DUTY of congress to wait")).to.deep.equal([
      "The duty of Congress, to",
    ]);
    expect(marked("a b c x d e f", "d e f a b c")).to.deep.equal(["a b c", "d e f"]);
    expect(marked("one two", "one two")).to.deep.equal([]);
    expect(marked("", "a b c")).to.deep.equal([]);
  });

  it("prefers the longer of two places, and takes words of every script", () => {
    expect(marked("a b c d", "a b c x a b c d")).to.deep.equal(["a b c d"]);
    expect(marked("la rivière où l’eau", "où est la rivière où l'eau")).to.deep.equal(["la rivière où l’eau"]);
  });

  it("join into one list", () => {
    const spans = [
      { from: 5, to: 9 },
      { from: 0, to: 3 },
      { from: 8, to: 12 },
    ];
    expect(joined(spans)).to.deep.equal([
      { from: 0, to: 3 },
      { from: 5, to: 12 },
    ]);
  });
});
