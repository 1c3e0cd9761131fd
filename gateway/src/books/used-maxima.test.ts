// What is kept of the maxima that were charged by.
import { expect } from "chai";
import fc from "fast-check";
import { isUsed, MOST_USED, raiseToUnused, useMaximum } from "./used-maxima.ts";

/** Of a call: its ceiling, and the share of it that is charged. */
const call = fc.record({ ceiling: fc.bigInt({ min: 1n, max: 4_000n }), parts: fc.bigInt({ min: 1n, max: 900n }) });

describe("maxima that were charged by", () => {
  it("are never free again, however many there were, and what a raise leads to is", () =>
    fc.assert(
      fc.property(fc.array(call, { minLength: 600, maxLength: 1_500 }), (calls) => {
        let charged = 0n;
        let used: readonly bigint[] = [];
        const all = new Set<bigint>();
        for (const { ceiling, parts } of calls) {
          const raise = raiseToUnused(used, charged + ceiling);
          expect(raise > 0n).to.equal(isUsed(used, charged + ceiling));
          const most = charged + ceiling + raise;
          expect(isUsed(used, most) || all.has(most)).to.equal(false);
          all.add(most);
          charged += 1n + (ceiling * parts) / 1_000_000n;
          used = useMaximum(used, most, charged);
          expect(used.length <= MOST_USED && used.every((each) => each > charged)).to.equal(true);
        }
        for (const each of all) if (each > charged) expect(isUsed(used, each)).to.equal(true);
      }),
      { numRuns: 5, seed: 7 },
    ));
});
