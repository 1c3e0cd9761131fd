/** Tests of junk made of text: it is what its name says, canonical, and the same whenever it is made. */
import { canonicalText } from "@tributary/protocol/canonical-text";
import { expect } from "chai";
import { createRandom } from "../numerics/random.ts";
import { JUNK_WAYS, makeJunk, type JunkMaterial, type JunkWay } from "./text-junk.ts";

const passage = (first: string): string =>
  Array.from({ length: 20 }, (_, i) => `${first}${String.fromCharCode(97 + i)}`).join(" ");
const material: JunkMaterial = {
  texts: ["p", "q", "r"].map(passage),
  spare: ["x", "y", "z"].map((name) => ({ text: passage(name), contributor: name })),
};
const made = (way: JunkWay): string[][] =>
  makeJunk(way, material, 3, createRandom(1)).map((text) => {
    expect(text).to.equal(canonicalText(text));
    return text.split(" ");
  });

describe("junk of text", () => {
  it("has a passage's words in another order", () => {
    made("words shuffled").forEach((words, row) => {
      const own = material.spare[row]!.text.split(" ");
      expect(words).to.not.deep.equal(own);
      expect(words.toSorted()).to.deep.equal(own.toSorted());
    });
  });
  it("begins as one speaker's passage and ends as another's", () => {
    made("another speaker's end").forEach((words, row) => {
      const { contributor } = material.spare[row]!;
      expect(words.slice(0, 10).every((word) => word.startsWith(contributor))).to.equal(true);
      const ends = new Set(words.slice(10).map((word) => word[0]));
      expect(ends.size).to.equal(1);
      expect(ends.has(contributor)).to.equal(false);
    });
  });
  it("repeats a phrase of a passage", () => {
    made("phrase repeated").forEach((words, row) => {
      expect(material.spare[row]!.text).to.contain(words.slice(0, 6).join(" "));
      words.forEach((word, at) => expect(word).to.equal(words[at % 6]));
      expect(words.length).to.be.at.least(20);
    });
  });
  it("draws words of all records, or takes a record as it is", () => {
    const drawn = new Set(made("random words").flatMap((words) => words.map((word) => word[0])));
    expect([...drawn].sort()).to.deep.equal(["p", "q", "r"]);
    for (const words of made("under another name")) expect(material.texts).to.include(words.join(" "));
  });
  it("is the same whenever it is made, and refuses to be more than there are passages", () => {
    for (const way of JUNK_WAYS) {
      expect(made(way)).to.deep.equal(made(way));
      expect(() => makeJunk(way, material, 4, createRandom(1))).to.throw(
        "4 records of junk; there are only 3 passages",
      );
    }
  });
});
