// Tests of the mean novelty that a datanet's page shows.
import { expect } from "chai";
import { meanNovelty } from "./mean-novelty.ts";

describe("the mean novelty of a datanet's records", () => {
  it("is what was counted over the records, with one decimal", () => {
    expect(meanNovelty({ noveltySum: 255 * 3 + 10, records: 4 })).to.equal("193.8");
    expect(meanNovelty({ noveltySum: 0, records: 7 })).to.equal("0.0");
    expect(meanNovelty({ noveltySum: 0, records: 0 })).to.equal("no records");
  });
});
