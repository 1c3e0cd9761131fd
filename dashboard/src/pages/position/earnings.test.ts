// Earnings over time are running totals.
import { expect } from "chai";
import { earningsOf, stepsOf } from "./earnings.ts";
import { EVENTS } from "./queries.ts";

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

  it("are of the newest days where there are more events and days than are asked for, and say since when", () => {
    expect(String(EVENTS)).to.match(/positionDays\([^)]*orderDirection: "desc"/);
    const none = { totalCount: 0, items: [] };
    const days = [
      { start: "200", accrued: "1", claimedAttributed: "2" },
      { start: "100", accrued: "0", claimedAttributed: "4" },
    ];
    const of = (totalCount: number) =>
      earningsOf({ accruals: { ...none, totalCount: 1_001 }, claims: none, positionDays: { totalCount, items: days } });
    const earnings = [
      { at: "200", amount: "3" },
      { at: "100", amount: "4" },
    ];
    expect(of(2)).to.deep.equal({ earnings });
    expect(of(3)).to.deep.equal({ earnings, since: "100" });
    const claims = { totalCount: 1, items: [{ at: "7", attributed: "5" }] };
    const whole = { accruals: none, claims, positionDays: { totalCount: 3, items: days } };
    expect(earningsOf(whole)).to.deep.equal({ earnings: [{ at: "7", amount: "5" }] });
  });

  it("are none where nothing came", () => {
    expect(stepsOf([{ at: "1", amount: "0" }])).to.deep.equal([]);
  });
});
