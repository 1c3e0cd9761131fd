// Tests of prices: always between the owner's bounds, never lower at a higher load, and kept for as long as they were quoted.
import { expect } from "chai";
import fc from "fast-check";
import { Demand, priceAt } from "./demand.ts";
import { PriceList } from "./price-list.ts";
import { chargeOf, cost, quoteOf } from "./quote.ts";

const bounds = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }))
  .map(([a, b]) => ({ least: Math.min(a, b), most: Math.max(a, b) }));
const load = fc.double({ min: 0, max: 5, noNaN: true });
const price = fc.bigInt({ min: 0n, max: 2n ** 100n });
const count = fc.integer({ min: 0, max: 2 ** 31 });

describe("priceAt", () => {
  it("stays within the bounds, to a unit above the fraction, and never falls as the load rises", () => {
    fc.assert(
      fc.property(price, bounds, load, load, (base, range, one, other) => {
        const at = (share: number): bigint => priceAt(base, range, share);
        const [low, high] = [at(Math.min(one, other)), at(Math.max(one, other))];
        expect(low <= high).to.equal(true);
        expect(low * 10_000n >= base * BigInt(range.least)).to.equal(true);
        expect((high - 1n) * 10_000n < base * BigInt(range.most) || base === 0n).to.equal(true);
      }),
    );
  });

  it("is the registered price where the bounds are one", () => {
    expect(priceAt(1234n, { least: 10_000, most: 10_000 }, 0.7)).to.equal(1234n);
    expect(priceAt(1000n, { least: 5_000, most: 20_000 }, 0)).to.equal(500n);
    expect(priceAt(1000n, { least: 5_000, most: 20_000 }, 1)).to.equal(2000n);
  });
});

describe("Demand", () => {
  it("moves half-way to the present load in a half-life", () => {
    let now = 0;
    const demand = new Demand(4, 1000, () => now);
    const ends = [demand.begin(), demand.begin(), demand.begin(), demand.begin()];
    expect(demand.load()).to.equal(0);
    now = 1000;
    expect(demand.load()).to.be.closeTo(0.5, 1e-12);
    now = 2000;
    expect(demand.load()).to.be.closeTo(0.75, 1e-12);
    for (const end of [...ends, ...ends]) end();
    expect(demand.calls).to.equal(0);
    now = 3000;
    expect(demand.load()).to.be.closeTo(0.375, 1e-12);
  });

  it("is the same however often it is asked", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }), (steps) => {
        let now = 0;
        const often = new Demand(1, 300, () => now);
        const once = new Demand(1, 300, () => now);
        often.begin();
        once.begin();
        for (const step of steps) {
          now += step;
          often.load();
        }
        expect(often.load()).to.be.closeTo(once.load(), 1e-9);
      }),
    );
  });
});

describe("PriceList", () => {
  it("keeps a price for its step, and what was quoted for its life", () => {
    let now = 0;
    let input = 1n;
    const list = new PriceList(
      () => ({ input, output: 0n }),
      { stepMs: 10, lifeMs: 100 },
      () => now,
    );
    const held = (): bigint[] => list.held().map((prices) => prices.input);
    expect(held()).to.deep.equal([1n]);
    input = 2n;
    now = 9;
    expect(list.current().input).to.equal(1n);
    now = 10;
    expect(held()).to.deep.equal([2n, 1n]);
    input = 3n;
    now = 109;
    expect(held()).to.deep.equal([3n, 2n, 1n]);
    now = 110;
    expect(held()).to.deep.equal([3n, 2n]);
    now = 1000;
    expect(held()).to.deep.equal([3n]);
  });
});

describe("chargeOf", () => {
  it("is never above the quote's ceiling, nor below a unit, and exact where the prices divide", () => {
    fc.assert(
      fc.property(count, count, count, count, price, price, (a, b, c, d, input, output) => {
        const bound = { input: a, output: b };
        const quote = quoteOf({} as never, { input, output }, bound);
        const charge = chargeOf({ input: c, output: d }, bound, { input, output });
        expect(charge <= quote.ceiling && charge >= 1n).to.equal(true);
      }),
    );
    expect(cost({ input: 3, output: 2 }, { input: 2000n, output: 6000n })).to.equal(18n);
    expect(cost({ input: 1, output: 0 }, { input: 1001n, output: 0n })).to.equal(2n);
  });
});
