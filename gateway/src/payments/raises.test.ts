// Raised terms hold for whoever was told them, whatever others have them raised by.
import { expect } from "chai";
import type { Quote } from "../models/offer.ts";
import { Raises } from "./raises.ts";

const CEILING = 100n;
const quote = { offer: { till: `0x${"11".repeat(20)}` }, ceiling: CEILING } as unknown as Quote;
/** Vouchers of a channel whose next maxima, as many as that, were charged by. */
const usedUp = (count: number) => ({
  charged: 0n,
  used: Array.from({ length: count }, (_, index) => CEILING + BigInt(index)),
});
const sum = (raise: bigint) => String(CEILING + raise);

describe("raised terms", () => {
  it("are taken of all who were told them, while two channels raise them in turns", () => {
    const raises = new Raises();
    for (let round = 0; round < 3; round++) {
      for (const by of [1, 2]) {
        raises.note(quote, usedUp(by));
        expect(raises.of(quote, undefined)).to.equal(BigInt(by));
        for (const told of round === 0 ? [BigInt(by)] : [1n, 2n]) expect(raises.of(quote, sum(told))).to.equal(told);
      }
    }
    for (const never of [0n, 3n]) expect(raises.of(quote, sum(never))).to.equal(0n);
  });

  it("are asked for a minute, taken for ten, and no more than the last sixteen of a sum are kept", () => {
    let now = 0;
    const raises = new Raises(() => now);
    for (let by = 1; by <= 17; by++) raises.note(quote, usedUp(by));
    expect([1n, 2n, 17n].map((by) => raises.of(quote, sum(by)))).to.deep.equal([0n, 2n, 17n]);
    now = 60_001;
    expect(raises.of(quote, undefined)).to.equal(0n);
    raises.note(quote, usedUp(2));
    now = 600_001;
    expect([2n, 3n].map((by) => raises.of(quote, sum(by)))).to.deep.equal([2n, 0n]);
  });
});
