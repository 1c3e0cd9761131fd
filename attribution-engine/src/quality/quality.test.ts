/** Tests of the quality measures on cases worked out by hand. */
import { expect } from "chai";
import { leaveOutAgreement, predictLeaveOut } from "./leave-out.ts";
import { chanceShare, moneyShare } from "./money-share.ts";
import { ranks, spearman } from "./statistics.ts";

describe("moneyShare", () => {
  const recordContributors = ["a", "a", "b", "b"];
  it("splits helpful money by weight and nets debits", () => {
    // Call 0 credits records 0 and 2 with 3/4 and 1/4; call 1 credits 3 with 1, debits 2 with 0.75 · 1/4.
    const rows = [
      [3, 0, 1, 0],
      [0, 0, -1, 4],
    ];
    const share = moneyShare({ recordContributors, callContributors: ["a", "a"], scores: (call) => rows[call]! });
    expect(share).to.be.closeTo(0.75 / (0.75 + (0.25 - 0.1875) + 1), 1e-12);
  });
  it("lists no more than asked, ties to the lower index", () => {
    const share = moneyShare({
      recordContributors,
      callContributors: ["b"],
      scores: () => [1, 1, 1, 1],
      listLength: 3,
    });
    expect(share).to.be.closeTo(1 / 3, 1e-12);
  });
  it("knows chance", () => {
    const recordContributors = ["a", "a", "b", "c"];
    expect(chanceShare({ recordContributors, callContributors: ["a", "b"] })).to.be.closeTo((0.5 + 0.25) / 2, 1e-12);
    const paid = { recordContributors, callContributors: ["a", undefined, "b"], amounts: [3, 9, 1] };
    expect(chanceShare(paid)).to.be.closeTo((3 * 0.5 + 0.25) / 4, 1e-12);
  });
  it("weighs calls by what they pay, and nets those of nobody without counting them", () => {
    // Credits: call 0 pays 6 to record 0; call 1 pays 2 to record 2; call 2, nobody's, 4 to record 1 and 0.75 · 4 · 1/1 debits record 0.
    const rows = [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [-1, 1, 0, 0],
    ];
    const callContributors = ["a", "a", undefined];
    const group = { recordContributors, callContributors, amounts: [6, 2, 4], scores: (call: number) => rows[call]! };
    expect(moneyShare(group)).to.be.closeTo(3 / (3 + 2), 1e-12);
    // Another group, netted by itself: all of its 10 to its own.
    const other = { recordContributors, callContributors: ["b"], amounts: [10], scores: () => [0, 0, 1, 0] };
    const pool = 12;
    const scale = pool / (3 + 2 + 4);
    expect(moneyShare(group, other)).to.be.closeTo((3 * scale + 10) / (5 * scale + 10), 1e-12);
  });
});

describe("leave-out agreement", () => {
  it("ranks ties by their mean", () => {
    expect([...ranks([5, 1, 5])]).to.deep.equal([2.5, 1, 2.5]);
    expect(spearman([1, 2, 3], [10, 20, 15])).to.be.closeTo(0.5, 1e-12);
  });
  it("is 1 where prediction ranks like measurement", () => {
    const predicted = predictLeaveOut(["a", "b"], ["a", "b", "b"], 2, (query) => [query + 1, 1, query]);
    expect(predicted.map((row) => [...row])).to.deep.equal([
      [1, 2],
      [1, 2],
    ]);
    const measured = { contributors: ["a", "b"], changes: [Float64Array.of(0.1, 0.3), Float64Array.of(0.2, 0.4)] };
    const { cells } = leaveOutAgreement(measured, [Float64Array.of(1, 3), Float64Array.of(2, 4)], ["x", "y"]);
    expect(cells.value).to.be.closeTo(1, 1e-12);
  });
});
