// Tests of the split of a fee.
import { expect } from "chai";
import fc from "fast-check";
import { splitFee } from "./fee.ts";
import { uintOf } from "./testing/arbitraries.ts";

const split = {
  treasury: 250,
  gateway: 1000,
  curators: 333,
  stakers: 417,
  developer: 3000,
  data: 4400,
  ancestors: [
    { positionId: 4n, bps: 500 },
    { positionId: 9n, bps: 100 },
  ],
};

describe("splitFee", () => {
  it("gives away exactly the fee", () => {
    fc.assert(
      fc.property(uintOf(128), (fee) => {
        const { ancestors, ...parts } = splitFee(fee, split);
        expect([...ancestors, ...Object.values(parts)].reduce((sum, part) => sum + part, 0n)).to.equal(fee);
      }),
    );
  });

  it("names the parts in the order of the formats", () => {
    expect(splitFee(10_000n, split)).to.deep.equal({
      treasury: 250n,
      gateway: 1000n,
      ancestors: [500n, 100n],
      curators: 333n,
      stakers: 417n,
      developer: 3000n,
      data: 4400n,
    });
  });

  it("refuses splits of another total or with too many ancestors", () => {
    expect(() => splitFee(1n, { ...split, data: 4401 })).to.throw(RangeError, "10001 bps");
    const ancestors = Array.from({ length: 17 }, () => ({ positionId: 1n, bps: 0 }));
    expect(() => splitFee(1n, { ...split, ancestors })).to.throw(RangeError, "17 ancestors");
  });
});
