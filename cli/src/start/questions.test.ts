// Tests which held-out paragraphs are asked about, and how.
import { expect } from "chai";
import { UserError } from "../errors.ts";
import type { HeldOutParagraph } from "./corpus-file.ts";
import { questionsOf } from "./questions.ts";

const HELD_OUT = Array.from({ length: 10 }, (_, i): HeldOutParagraph => ({
  text: `text ${i}`,
  prompt: `prompt ${i}`,
  datanet: 0,
  contributor: "",
  source: "",
}));

describe("the questions of the main job", () => {
  it("are cut from paragraphs spread evenly, each with the number of its answer as its seed", () => {
    const questions = questionsOf(HELD_OUT, 4, (call) => call === 2);
    expect(questions.map(({ heldOut }) => heldOut)).to.deep.equal([1, 3, 6, 8]);
    expect(questions.map(({ prompt }) => prompt)).to.deep.equal(["prompt 1", "prompt 3", "prompt 6", "prompt 8"]);
    expect(questions.map(({ seed }) => seed)).to.deep.equal([0, 1, 2, 3]);
    expect(questions.map(({ isStreamed }) => isStreamed)).to.deep.equal([false, false, true, false]);
  });

  it("are no more than there are paragraphs", () => {
    expect(() => questionsOf(HELD_OUT, 11, () => false)).to.throw(UserError, "--calls is 11");
  });
});
