// Property tests of prefix-sum splits.
import { expect } from "chai";
import fc from "fast-check";
import { partOf, splitByWeights } from "./split.ts";
import { uintOf } from "./testing/arbitraries.ts";

const weights = fc
  .array(fc.oneof(uintOf(59), fc.constant(0n), uintOf(3)), { minLength: 1, maxLength: 60 })
  .filter((list) => list.some((weight) => weight > 0n));

describe("splitByWeights", () => {
  it("gives away exactly the amount, nothing to weight 0, and each its share within 1", () => {
    fc.assert(
      fc.property(uintOf(128), weights, (amount, list) => {
        const total = list.reduce((sum, weight) => sum + weight, 0n);
        const parts = splitByWeights(amount, list);
        expect(parts.reduce((sum, part) => sum + part, 0n)).to.equal(amount);
        let prefix = 0n;
        parts.forEach((part, e) => {
          expect(part).to.equal(partOf(amount, prefix, list[e]!, total));
          prefix += list[e]!;
          if (list[e] === 0n) expect(part).to.equal(0n);
          const difference = part * total - amount * list[e]!;
          expect(difference < total && -difference < total).to.equal(true);
        });
      }),
    );
  });

  it("takes nothing from any run of first items when the amount grows by one", () => {
    fc.assert(
      fc.property(uintOf(120), weights, (amount, list) => {
        const running = (parts: bigint[]) =>
          parts.map((_, e) => parts.slice(0, e + 1).reduce((sum, part) => sum + part, 0n));
        const before = running(splitByWeights(amount, list));
        running(splitByWeights(amount + 1n, list)).forEach((upTo, e) => {
          expect(upTo >= before[e]!).to.equal(true);
        });
      }),
    );
  });

  it("refuses weights without a total", () => {
    expect(() => splitByWeights(5n, [0n, 0n])).to.throw(RangeError);
    expect(() => splitByWeights(5n, [])).to.throw(RangeError);
  });
});
