// The statement adds up, and a spreadsheet reads it as text and numbers.
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { type Accrued, type Paid, statement, type Unclaimed } from "./statement.ts";

const ACCRUAL: Accrued = {
  ...{ positionId: "7", from: "0x00000000000000000000000000000000000000aa", amount: "1500000000000000001" },
  ...{ at: "1800000000", block: "10", transactionHash: `0x${"1".repeat(64)}` },
};
const CLAIM: Paid = {
  ...{
    positionId: "7",
    recipient: "0x00000000000000000000000000000000000000bb",
    attributed: "250",
    accrued: "1000000000000000000",
  },
  ...{ at: "1800000100", block: "11", transactionHash: `0x${"2".repeat(64)}` },
};

const UNCLAIMED: Unclaimed = {
  ...{ positionId: "7", amount: 77n, counterpart: "payouts root of epoch 3" },
  ...{ at: "1800000150", block: "12", transactionHash: `0x${"3".repeat(64)}` },
};

describe("statement of earnings", () => {
  const csvOf = (...of: Parameters<typeof statement>): string[][] => parse(statement(...of).csv) as string[][];

  it("has a line for each income and each payment, in the order of time", () => {
    const rows = csvOf([{ ...ACCRUAL, at: "1800000200", block: "12" }, ACCRUAL], [CLAIM], [UNCLAIMED]);
    expect(rows.map(([time, , , entry, open]) => [time, entry, open])).to.deep.equal([
      ["time (UTC)", "entry", "amount (OPEN)"],
      ["2027-01-15 08:00:00 UTC", "direct income", "1.500000000000000001"],
      ["2027-01-15 08:01:40 UTC", "attributed income claimed", "0.00000000000000025"],
      ["2027-01-15 08:01:40 UTC", "payment", "-1.00000000000000025"],
      ["2027-01-15 08:02:30 UTC", "attributed income not claimed", "0.000000000000000077"],
      ["2027-01-15 08:03:20 UTC", "direct income", "1.500000000000000001"],
    ]);
  });

  it("adds up to what still waits, direct and attributed, and says no other sums than its lines'", () => {
    const { csv, totals } = statement([ACCRUAL], [CLAIM], [UNCLAIMED]);
    const rows = (parse(csv) as string[][]).slice(1);
    expect(rows.reduce((sum, row) => sum + BigInt(row[5]!), 0n)).to.equal(500_000_000_000_000_078n);
    expect(totals).to.deep.equal({
      ...{ earned: 1_500_000_000_000_000_328n, unclaimed: 77n, paid: 1_000_000_000_000_000_250n, unknown: 0 },
    });
    expect(totals.earned - totals.paid).to.equal(500_000_000_000_000_078n);
  });

  it("has no amount where it is not known what was not claimed, and no line where that is nothing", () => {
    const unknown = { ...UNCLAIMED, amount: undefined, counterpart: "not known: no bundle is kept here" };
    const { csv, totals } = statement([], [], [unknown, { ...UNCLAIMED, positionId: "8", amount: 0n }]);
    const rows = (parse(csv) as string[][]).slice(1);
    expect(rows.map((row) => row.slice(2, 7))).to.deep.equal([
      ["7", "attributed income not claimed", "", "", "not known: no bundle is kept here"],
    ]);
    expect(totals).to.deep.equal({ earned: 0n, unclaimed: 0n, paid: 0n, unknown: 1 });
  });

  it("lets no text of another run as a formula", () => {
    const [, row] = csvOf([{ ...ACCRUAL, from: '=HYPERLINK("x","y")' }], [], []);
    expect(row![6]).to.equal(`'=HYPERLINK("x","y")`);
    for (const formula of ["-2+3+cmd|' /C calc'!A0", "-1+HYPERLINK(1)", "@SUM(1)", "+1"]) {
      const [, told] = csvOf([{ ...ACCRUAL, from: formula }], [], []);
      expect(told![6]).to.equal(`'${formula}`);
    }
  });

  it("is its header where nothing happened", () => {
    expect(statement([], [], []).csv.split("\r\n")).to.have.lengthOf(2);
  });
});
