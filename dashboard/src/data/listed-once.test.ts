// A list of an indexer that names an entry twice counts it once, and says so.
import { expect } from "chai";
import { listedOnce } from "./listed-once.ts";

describe("a list in which each entry has to stand once", () => {
  it("has an entry that is listed again once, by its number and not by its text", () => {
    const [a, b, again, written] = [{ id: "47" }, { id: "5" }, { id: "47" }, { id: "047" }];
    expect(listedOnce([a, b, again, written])).to.deep.equal({ items: [a, b], again: 2 });
    expect(listedOnce([a, b])).to.deep.equal({ items: [a, b], again: 0 });
    expect(listedOnce([])).to.deep.equal({ items: [], again: 0 });
  });
});
