// Amounts as they are typed, and what is none.
import { expect } from "chai";
import { parseAmount } from "./parse-amount.ts";

describe("an amount that is typed", () => {
  it("is exact to the last of 18 decimals", () => {
    expect(parseAmount("1.000000000000000001")).to.equal(10n ** 18n + 1n);
    expect(parseAmount(" 1 234.5 ")).to.equal(12_345n * 10n ** 17n);
  });

  it("is nothing where it would have to be guessed", () => {
    for (const text of [
      "",
      "0",
      "0.0",
      "-1",
      "1e3",
      "1,5",
      ".5",
      "1.",
      "0x10",
      "1.0000000000000000001",
      "9".repeat(13),
    ])
      expect(parseAmount(text), text).to.equal(undefined);
  });
});
