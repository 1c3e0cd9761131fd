// Earnings over time are running totals.
import { expect } from "chai";
import { stepsOf } from "./earnings.ts";

describe("earnings over time", () => {
  it("grow in the order of time, once for each instant", () => {
    const earnings = [
      { at: "30", amount: "5" },
      { at: "10", amount: "1" },
      { at: "20", amount: "0" },
      { at: "30", amount: "7" },
    ];
    expect(stepsOf(earnings)).to.deep.equal([
      { at: 10, total: 1n },
      { at: 30, total: 13n },
    ]);
  });

  it("are none where nothing came", () => {
    expect(stepsOf([{ at: "1", amount: "0" }])).to.deep.equal([]);
  });
});
