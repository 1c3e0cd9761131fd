// The books of a run: they hold where every unit has a place, and no unit can be missing or in two places.
import { expect } from "chai";
import { splitFee } from "@tributary/protocol/fee";
import { Checks } from "./checks.ts";
import { SPLIT } from "./model.ts";
import { checkBooks, checkSplits, type Books } from "./money.ts";
import type { ClosedSettlement } from "./settlement.ts";

const FEE = 1_000_003n;
const LICENCES = 77n;
const PROPOSER_FEE = 1_234n;

function someBooks(): Books {
  const { ancestors: _, ...split } = splitFee(FEE, { ...SPLIT, ancestors: [] });
  const parts = { ...split, ancestors: 0n };
  const direct = parts.treasury + parts.curators + parts.developer;
  const settlement: ClosedSettlement = { id: 1n, fee: FEE, pool: parts.data, parts };
  return {
    calls: [{ receipt: { amount: FEE } }] as unknown as Books["calls"],
    settlements: [settlement],
    payments: [
      { position: 1n, recipient: "0x1", attributed: 0n, accrued: direct + LICENCES - PROPOSER_FEE },
      { position: 2n, recipient: "0x2", attributed: parts.data, accrued: 0n },
    ],
    left: [],
    paidToStaker: parts.stakers,
    proposerFees: PROPOSER_FEE,
    unpaid: 0n,
    openings: [{ position: "2", cumulative: String(parts.data), payloadHash: "0x", opening: "0x" }],
    licencesAccrued: LICENCES,
  };
}

function failed(check: (checks: Checks) => void): string[] {
  const checks = new Checks();
  check(checks);
  return checks.list.filter(({ ok }) => !ok).map(({ name }) => name);
}

describe("the books of a run", () => {
  it("hold where every unit of the fees has a place, and say what was paid", () => {
    const books = someBooks();
    expect(failed((checks) => checkSplits(checks, books.settlements))).to.deep.equal([]);
    expect(failed((checks) => expect(checkBooks(checks, books)).to.equal(FEE))).to.deep.equal([]);
  });

  for (const [what, change] of [
    ["a unit of the stakers' part was not paid", { paidToStaker: someBooks().paidToStaker - 1n }],
    ["a proposer was paid a unit that nobody gave up", { proposerFees: PROPOSER_FEE + 1n }],
    ["a unit of licence income is counted as a fee", { licencesAccrued: LICENCES - 1n }],
    ["a unit is owed to nobody", { unpaid: 1n }],
  ] as const) {
    it(`fail where ${what}`, () => {
      const names = failed((checks) => checkBooks(checks, { ...someBooks(), ...change }));
      expect(names).to.include("fees = paid + unpaid");
    });
  }

  it("hold where a claim is left to its owner, and fail where a unit of it is not owed", () => {
    const books = someBooks();
    const [direct, attributed] = books.payments;
    const left = [{ attributed: attributed!.attributed, accrued: LICENCES }];
    const kept = { ...direct!, accrued: direct!.accrued - LICENCES };
    const unpaid = left[0]!.attributed + LICENCES;
    const leaving = { ...books, payments: [kept], left, unpaid };
    expect(failed((checks) => checkBooks(checks, leaving))).to.deep.equal([]);
    expect(failed((checks) => checkBooks(checks, { ...leaving, unpaid: unpaid - 1n }))).to.deep.equal([
      "fees = paid + unpaid",
      "nothing is left unpaid but what owners may claim",
    ]);
  });

  it("fail where no proposer was paid", () => {
    const books = someBooks();
    const payments = books.payments.map((payment) =>
      payment.position === 1n ? { ...payment, accrued: payment.accrued + PROPOSER_FEE } : payment,
    );
    const names = failed((checks) => checkBooks(checks, { ...books, payments, proposerFees: 0n }));
    expect(names).to.deep.equal(["the proposers were paid, out of the treasury's part"]);
  });

  it("fail where a part of a fee is a unit off", () => {
    const { settlements } = someBooks();
    const { parts, ...settlement } = settlements[0]!;
    const shifted = { ...parts, stakers: parts.stakers - 1n, treasury: parts.treasury + 1n };
    expect(failed((checks) => checkSplits(checks, [{ ...settlement, parts: shifted }]))).to.have.length(1);
  });
});
