// Property tests of a call's points.
import { expect } from "chai";
import fc from "fast-check";
import { callPoints, influence, netPoints, weight } from "./points.ts";
import { uintOf } from "./testing/arbitraries.ts";

const list = fc.array(
  uintOf(59).map((w) => w + 1n),
  { maxLength: 32 },
);
const total = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);

describe("callPoints", () => {
  it("credits the whole amount and never debits more than the factor of it", () => {
    fc.assert(
      fc.property(uintOf(128), list, list, fc.nat(256), (amount, helpful, harmful, debitFactor) => {
        const { credits, debits } = callPoints(amount, helpful, harmful, debitFactor);
        expect([credits.length, debits.length]).to.deep.equal([helpful.length, harmful.length]);
        expect(total(credits)).to.equal(helpful.length === 0 ? 0n : amount);
        const budget = (amount * BigInt(debitFactor)) / 256n;
        expect(total(debits) <= budget).to.equal(true);
        if (helpful.length === 0) expect(total(debits)).to.equal(0n);
        else if (total(harmful) >= total(helpful)) expect(total(debits)).to.equal(budget);
        else expect(total(debits)).to.equal((budget * total(harmful)) / total(helpful));
      }),
    );
  });
});

describe("influence, weight and net", () => {
  it("are exact at their extremes", () => {
    const s = influence(2 ** 24 - 1, -4096 * 127 ** 2);
    expect(s).to.equal(-(2n ** 24n - 1n) * 4096n * 127n ** 2n);
    expect(weight(s, 255)).to.equal(-s * 255n);
    expect(weight(s, 255) < 2n ** 59n).to.equal(true);
    expect(netPoints(3n, 5n)).to.equal(0n);
    expect(netPoints(5n, 3n)).to.equal(2n);
  });
});
