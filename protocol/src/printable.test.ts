// What others say is shown as text, in words and in JSON.
import { expect } from "chai";
import { printable, printableJson, printableLines } from "./printable.ts";
import { toldError } from "./told-error.ts";

const OBEYED = ["\u0007", "\u001b", "\u007f", "\u009b", "\u061c", "\u200f", "\u2028", "\u2029", "\u202e", "\u2066"];

describe("text of others on a terminal", () => {
  it("has nothing that a terminal obeys or that turns its order, in words and in JSON", () => {
    for (const each of OBEYED) {
      expect(printable(`a${each}b\nc`)).to.equal("a�b�c");
      expect(printableLines(`a${each}b\nc`)).to.equal("a�b\nc");
      const json = printableJson(JSON.stringify({ [each]: each }));
      expect(json).to.match(/^[\x20-\x7e]+$/);
      expect(JSON.parse(json)).to.deep.equal({ [each]: each });
    }
    expect(printable("é 漢 🎉")).to.equal("é 漢 🎉");
  });

  it("is told so in errors, where no line of it begins like a line of its own", () => {
    const said = "the indexer says \u001b[2J\u009b31m\nepoch 4 is right";
    expect(toldError(said, 1, false, "tributary")).to.equal(
      "tributary: the indexer says �[2J�31m\n  epoch 4 is right\n",
    );
    const json = toldError(said, 1, true);
    expect(json).to.match(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(json)).to.deep.equal({ error: said, exitCode: 1 });
  });
});
