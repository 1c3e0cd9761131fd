// Reasons of slashes, by the court and the place of the fault in its list.
import { expect } from "chai";
import { slashReason } from "./slash-reason.ts";

describe("the reason of a slash", () => {
  const faults = ["0xaa", "0xbb", "0xbb", "0xcc"].map((slasher, id) => ({ id: String(id), slasher }));
  const addresses = { ContributionReview: "0xAA", Demands: "0xBB" };

  it("is what its court holds to be a fault", () => {
    expect(slashReason("0", faults, addresses)).to.match(/did not reveal a vote on a contribution/);
    expect(slashReason("1", faults, addresses)).to.match(/did not publish sketches/);
    expect(slashReason("2", faults, addresses)).to.match(/did not publish receipts/);
  });

  it("names the court where it is not of the deployment", () => {
    expect(slashReason("3", faults, addresses)).to.equal("fault 3, found by the court 0xcc");
    expect(slashReason("9", faults, addresses)).to.equal("fault 9, found by the court that is not known here");
  });
});
