// The statement adds up, and a spreadsheet reads it as text and numbers.
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { type Accrued, type Paid, statement } from "./statement.ts";

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

describe("statement of earnings", () => {
  it("has a line for each income and each payment, in the order of time", () => {
    const rows = parse(statement([{ ...ACCRUAL, at: "1800000200", block: "12" }, ACCRUAL], [CLAIM])) as string[][];
    expect(rows.map(([time, , , entry, open]) => [time, entry, open])).to.deep.equal([
      ["time (UTC)", "entry", "amount (OPEN)"],
      ["2027-01-15 08:00:00 UTC", "direct income", "1.500000000000000001"],
      ["2027-01-15 08:01:40 UTC", "attributed income claimed", "0.00000000000000025"],
      ["2027-01-15 08:01:40 UTC", "payment", "-1.00000000000000025"],
      ["2027-01-15 08:03:20 UTC", "direct income", "1.500000000000000001"],
    ]);
  });

  it("adds up to the direct income that still waits", () => {
    const rows = (parse(statement([ACCRUAL], [CLAIM])) as string[][]).slice(1);
    expect(rows.reduce((sum, row) => sum + BigInt(row[5]!), 0n)).to.equal(500000000000000001n);
  });

  it("lets no text of another run as a formula", () => {
    const [, row] = parse(statement([{ ...ACCRUAL, from: '=HYPERLINK("x","y")' }], [])) as string[][];
    expect(row![6]).to.equal(`'=HYPERLINK("x","y")`);
    for (const formula of ["-2+3+cmd|' /C calc'!A0", "-1+HYPERLINK(1)", "@SUM(1)", "+1"]) {
      const [, told] = parse(statement([{ ...ACCRUAL, from: formula }], [])) as string[][];
      expect(told![6]).to.equal(`'${formula}`);
    }
  });

  it("is its header where nothing happened", () => {
    expect(statement([], []).split("\r\n")).to.have.lengthOf(2);
  });
});
