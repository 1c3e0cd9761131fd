// Tests that an answer's text comes in whole characters and ends before a stop sequence, however its bytes are cut.
import { expect } from "chai";
import fc from "fast-check";
import { AnswerText } from "./answer-text.ts";

/** The pieces of `text`, whose UTF-8 comes in parts of `size` bytes. */
function piecesOf(text: string, size: number, stops: readonly string[]): string[] {
  const bytes = new TextEncoder().encode(text);
  const answer = new AnswerText(stops);
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length && !answer.isStopped; from += size)
    pieces.push(answer.push(bytes.subarray(from, from + size)));
  return [...pieces, answer.end()];
}

describe("the text of an answer", () => {
  it("is the same whole and in parts, and ends before the first stop sequence", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "é", "🌊", "\ufeff"), maxLength: 30 });
    const stop = fc.string({ unit: fc.constantFrom("a", "b", "\n", "é"), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(text, fc.array(stop, { maxLength: 4 }), fc.integer({ min: 1, max: 5 }), (all, stops, size) => {
        const ends = stops.map((one) => all.indexOf(one)).filter((at) => at >= 0);
        expect(piecesOf(all, size, stops).join("")).to.equal(all.slice(0, Math.min(all.length, ...ends)));
      }),
      {
        examples: [
          ["\néb", ["é", "\néb"], 1],
          ["\néa", ["é", "\néb"], 1],
          ["\né", ["é", "\néb"], 1],
        ],
      },
    );
  });
  it("holds back only what may begin a stop sequence", () => {
    const answer = new AnswerText(["END"]);
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(answer.push(bytes("one E"))).to.equal("one ");
    expect(answer.push(bytes("N"))).to.equal("");
    expect(answer.push(bytes("E"))).to.equal("EN");
    expect(answer.push(bytes("ND two"))).to.equal("");
    expect([answer.isStopped, answer.end()]).to.deep.equal([true, ""]);
  });
  it("shows bytes that are no UTF-8 as U+FFFD, at the end too", () => {
    const answer = new AnswerText();
    expect(answer.push(Uint8Array.of(0x61, 0xff, 0xe2, 0x82))).to.equal("a\ufffd");
    expect(answer.end()).to.equal("\ufffd");
  });
});
