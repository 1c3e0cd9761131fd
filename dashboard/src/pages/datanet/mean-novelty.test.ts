// Tests of the mean novelty that a datanet's page shows.
import { expect } from "chai";
import { meanNovelty } from "./mean-novelty.ts";

describe("the mean novelty of a datanet's records", () => {
  it("is what was counted over the records, with one decimal, cut", () => {
    expect(meanNovelty({ noveltySum: 255 * 3 + 10, records: 4, withdrawn: 0 })).to.equal("193.7");
    expect(meanNovelty({ noveltySum: 255 * 932 - 24, records: 932, withdrawn: 0 })).to.equal("254.9");
    expect(meanNovelty({ noveltySum: 0, records: 7, withdrawn: 0 })).to.equal("0.0");
    expect(meanNovelty({ noveltySum: 0, records: 0, withdrawn: 0 })).to.equal("no records");
  });

  it("leaves out the records that were withdrawn", () => {
    expect(meanNovelty({ noveltySum: 255 * 3, records: 5, withdrawn: 2 })).to.equal("255.0");
    expect(meanNovelty({ noveltySum: 0, records: 2, withdrawn: 2 })).to.equal("no records");
  });
});
