// What is trained on: no copies, and nothing that repeats itself.
import { expect } from "chai";
import { chooseForTraining } from "./train.ts";

describe("the choice of what is trained on", () => {
  const honest = [
    "The Senate and the House met in the old hall, and heard what had been written down of the voyage.",
    "Whales of the larger kind are seen in the northern waters from May until the first days of autumn.",
  ];

  it("is every text but copies and near copies of earlier ones, and those that repeat themselves", async () => {
    const copy = honest[0]!;
    const cased = honest[1]!.toUpperCase();
    const repeating = Array.from({ length: 6 }, () => "of the northern waters").join(" ");
    const chosen = await chooseForTraining([...honest, copy, cased, repeating]);
    expect(chosen).to.deep.equal({ rows: [0, 1], nearCopies: 2, repetitive: 1 });
  });
  it("counts a repetitive text's copy once, as a copy", async () => {
    const repeating = Array.from({ length: 6 }, () => "of the northern waters").join(" ");
    expect(await chooseForTraining([...honest, repeating, repeating])).to.deep.equal({
      rows: [0, 1],
      nearCopies: 1,
      repetitive: 1,
    });
  });
});
