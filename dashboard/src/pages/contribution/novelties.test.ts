// What a page says of a record's novelty, above all where nothing is known of it.
import { NONE } from "@tributary/protocol/bytes";
import { expect } from "chai";
import { noveltiesOf, type NoveltyIn } from "./novelties.ts";

describe("the novelty of a record in words", () => {
  const textsOf = (indexes: readonly NoveltyIn[], lookedIn: readonly number[]) =>
    noveltiesOf(indexes, lookedIn).map(({ text }) => text);

  it("is that of each index that has it", () => {
    const [first, second] = [
      { modelVersion: 3, novelty: 31, witness: 0 },
      { modelVersion: 2, novelty: 0, witness: NONE },
    ];
    expect(textsOf([first, second], [3, 2])).to.deep.equal(["31 of 255", "withdrawn"]);
  });

  it("is not said to be in no index where none is kept, or one could not be read", () => {
    expect(textsOf([], [])).to.deep.equal(["not known here"]);
    expect(textsOf([], [3, 2])).to.deep.equal(["in none that is kept here"]);
    expect(noveltiesOf([{ modelVersion: 4, refused: "it is damaged" }], [])).to.deep.equal([
      { text: "not shown", title: "in the index of version 4: it is damaged" },
    ]);
  });
});
