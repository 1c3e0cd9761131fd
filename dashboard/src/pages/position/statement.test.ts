// The statement adds up, and a spreadsheet reads it as text and numbers.
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import type { Owned, Transferred } from "./owned.ts";
import { type Accrued, type Paid, statement, type Unclaimed } from "./statement.ts";

const [EARLIER, OWNER] = [`0x${"a1".repeat(20)}`, `0x${"b2".repeat(20)}`] as const;
const OWNED: Owned = {
  owners: new Map([
    ["7", OWNER],
    ["8", OWNER],
  ]),
  transfers: [],
};
const ACCRUAL: Accrued = {
  id: `0x${"1".repeat(64)}-4`,
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
  ...{ at: "1800000100", block: "11", logIndex: 5, transactionHash: `0x${"2".repeat(64)}` },
};

const UNCLAIMED: Unclaimed = {
  ...{ positionId: "7", amount: 77n, counterpart: "payouts root of epoch 3" },
  ...{ at: "1800000150", block: "12", transactionHash: `0x${"3".repeat(64)}` },
};

describe("statement of earnings", () => {
  const csvOf = (...of: Parameters<typeof statement>): string[][] => parse(statement(...of).csv) as string[][];

  it("has a line for each income and each payment, in the order of time", () => {
    const rows = csvOf([{ ...ACCRUAL, at: "1800000200", block: "12" }, ACCRUAL], [CLAIM], [UNCLAIMED], OWNED);
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
    const { csv, totals } = statement([ACCRUAL], [CLAIM], [UNCLAIMED], OWNED);
    const rows = (parse(csv) as string[][]).slice(1);
    expect(rows.reduce((sum, row) => sum + BigInt(row[5]!), 0n)).to.equal(500_000_000_000_000_078n);
    expect(totals).to.deep.equal({
      ...{ earned: 1_500_000_000_000_000_328n, unclaimed: 77n, paid: 1_000_000_000_000_000_250n, unknown: 0 },
      ...{ tookOver: 0n, paidBefore: 0n },
    });
    expect(totals.earned - totals.paid).to.equal(500_000_000_000_000_078n);
  });

  it("tells the present owner's part from that of earlier owners: what was not claimed went with the position", () => {
    const transfer: Transferred = {
      ...{ id: `0x${"9".repeat(64)}-7`, positionId: "7", from: EARLIER, to: OWNER, at: "1800000120", block: "11" },
      transactionHash: `0x${"9".repeat(64)}`,
    };
    // In the transfer's block: income before it and after it, and the payment to the earlier owner.
    const before = { ...ACCRUAL, id: `0x${"1".repeat(64)}-6`, amount: "40", at: "1800000120", block: "11" };
    const after = { ...before, id: `0x${"1".repeat(64)}-8`, amount: "5" };
    const early = { ...CLAIM, recipient: EARLIER };
    const late = { ...CLAIM, recipient: OWNER, attributed: "60", accrued: "0", at: "1800000140", block: "13" };
    const owned = { ...OWNED, transfers: [transfer] };
    const { csv, totals } = statement([ACCRUAL, before, after], [early, late], [UNCLAIMED], owned);
    const left = 500_000_000_000_000_041n;
    expect(totals).to.deep.equal({
      ...{ earned: left + 5n + 60n + 77n, tookOver: left, unclaimed: 77n, paid: 60n },
      ...{ paidBefore: 1_000_000_000_000_000_250n, unknown: 0 },
    });
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    const of = (owner: string) => rows.filter((row) => row["owner"] === owner);
    const sum = (some: readonly Record<string, string>[]) =>
      some.reduce((total, row) => total + BigInt(row["amount (base units)"]!), 0n);
    expect(sum(of(EARLIER)), "all that was an earlier owner's was paid or went with it").to.equal(0n);
    expect(sum(of(OWNER))).to.equal(totals.earned - totals.paid);
    expect(sum(rows)).to.equal(totals.earned - totals.paid);
    const entries = (owner: string) => of(owner).map((row) => row["entry"]);
    expect(entries(EARLIER)).to.have.members([
      ...["direct income", "direct income", "attributed income claimed", "payment", "went with the position"],
    ]);
    expect(entries(OWNER)).to.have.members([
      ...["direct income", "came with the position", "attributed income claimed", "payment"],
      "attributed income not claimed",
    ]);
  });

  it("counts nothing twice where a position was paid, went away and came back in one block", () => {
    const moved = (number: number, from: string, to: string): Transferred => ({
      ...{ id: `0x${"9".repeat(64)}-${number}`, positionId: "7", from, to, at: "1800000100", block: "11" },
      transactionHash: `0x${"9".repeat(64)}`,
    });
    const accrual = { ...ACCRUAL, amount: "100" };
    const claim = { ...CLAIM, recipient: OWNER, attributed: "0", accrued: "100" };
    const owned = { ...OWNED, transfers: [moved(7, OWNER, EARLIER), moved(8, EARLIER, OWNER)] };
    const { csv, totals } = statement([accrual], [claim], [], owned);
    expect(totals).to.include({ earned: 100n, paid: 100n, tookOver: 0n, unclaimed: 0n });
    expect(parse(csv) as string[][]).to.have.length(1 + 2);
  });

  it("has no amount where it is not known what was not claimed, and no line where that is nothing", () => {
    const unknown = { ...UNCLAIMED, amount: undefined, counterpart: "not known: no bundle is kept here" };
    const { csv, totals } = statement([], [], [unknown, { ...UNCLAIMED, positionId: "8", amount: 0n }], OWNED);
    const rows = (parse(csv) as string[][]).slice(1);
    expect(rows.map((row) => row.slice(2, 7))).to.deep.equal([
      ["7", "attributed income not claimed", "", "", "not known: no bundle is kept here"],
    ]);
    expect(totals).to.include({ earned: 0n, unclaimed: 0n, paid: 0n, unknown: 1 });
  });

  it("lets no text of another run as a formula", () => {
    const [, row] = csvOf([{ ...ACCRUAL, from: '=HYPERLINK("x","y")' }], [], [], OWNED);
    expect(row![6]).to.equal(`'=HYPERLINK("x","y")`);
    for (const formula of ["-2+3+cmd|' /C calc'!A0", "-1+HYPERLINK(1)", "@SUM(1)", "+1"]) {
      const [, told] = csvOf([{ ...ACCRUAL, from: formula }], [], [], OWNED);
      expect(told![6]).to.equal(`'${formula}`);
    }
  });

  it("is its header where nothing happened", () => {
    expect(statement([], [], [], OWNED).csv.split("\r\n")).to.have.lengthOf(2);
  });
});
