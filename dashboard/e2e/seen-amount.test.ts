// What a reader makes of a shown amount: exactly what the page's own writing of it means, and nothing else.
import { expect } from "chai";
import fc from "fast-check";
import { readableAmount } from "../src/format/amount.ts";
import { expectCutOf } from "./seen-amount.ts";

const amounts = fc.oneof(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(-(10n ** 16n), 10n ** 16n));

describe("an amount as it is to be seen", () => {
  it("is taken for the amount that it was written for", () => {
    fc.assert(fc.property(amounts, (amount) => expectCutOf(amount, `${readableAmount(amount)} OPEN`)));
  });

  it("is not taken for another, however little it is beside", () => {
    for (const [exact, text] of [
      [10n ** 18n, "0 OPEN"],
      [10n ** 18n, "1.0001 OPEN"],
      [10n ** 18n, "0.9999 OPEN"],
      [10n ** 18n, "-1.0000 OPEN"],
      [10n ** 18n, "1 OPEN"],
      [10n ** 18n, "10.000 OPEN"],
      [1n, "0.0000 OPEN"],
      [0n, "0.0001 OPEN"],
      [1_234n * 10n ** 18n, "234.0000 OPEN"],
      [10n ** 18n, "1.0000"],
      [10n ** 18n, ""],
    ] as const)
      expect(() => expectCutOf(exact, text), `${exact} ${text}`).to.throw();
    fc.assert(
      fc.property(amounts, amounts, (one, other) => {
        fc.pre(readableAmount(one) !== readableAmount(other));
        expect(() => expectCutOf(one, `${readableAmount(other)} OPEN`)).to.throw();
      }),
    );
  });
});
