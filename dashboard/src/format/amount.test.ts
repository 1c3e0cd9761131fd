// Amounts are exact, never round a payment away, and are written the same everywhere.
import { expect } from "chai";
import fc from "fast-check";
import { parseUnits } from "viem";
import { bpsPercent, count, exactAmount, newestOf, percent, plainAmount, readableAmount } from "./amount.ts";

const UNIT = 10n ** 18n;

describe("a list's caption", () => {
  it("says where it is cut, and of how many", () => {
    expect(newestOf(25, 1_031)).to.equal(", the newest 25 of 1\u202f031");
    expect(newestOf(25, 25)).to.equal("");
  });
});

describe("amounts", () => {
  it("are exact to the base unit", () => {
    expect(exactAmount(1_234_567n * UNIT + 1n)).to.equal("1\u202f234\u202f567.000000000000000001");
    expect(exactAmount(-5n * UNIT)).to.equal("-5");
    expect(exactAmount(0n)).to.equal("0");
  });

  it("can be read back without loss, whatever they are", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 128n), 2n ** 128n), (amount) => {
        expect(parseUnits(plainAmount(amount), 18)).to.equal(amount);
        expect(parseUnits(exactAmount(amount).replaceAll("\u202f", ""), 18)).to.equal(amount);
      }),
    );
  });

  it("are cut, not rounded up, to read", () => {
    expect(readableAmount(UNIT - 1n)).to.equal("0.9999");
    expect(readableAmount(2_500n * UNIT)).to.equal("2\u202f500.0000");
  });

  it("are never shown as zero unless they are", () => {
    expect(readableAmount(0n)).to.equal("0");
    expect(readableAmount(1n)).to.equal("0.000000000000000001");
    expect(readableAmount(UNIT / 100_000n)).to.equal("0.00001");
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 100n), (amount) => {
        const shown = parseUnits(readableAmount(amount).replaceAll("\u202f", ""), 18);
        expect(shown > 0n && shown <= amount).to.equal(true);
      }),
    );
  });

  it("are counted in groups of three", () => {
    expect(count(999)).to.equal("999");
    expect(count("1000000")).to.equal("1\u202f000\u202f000");
    expect(count(-1000n)).to.equal("-1\u202f000");
  });

  it("have shares in per cent", () => {
    expect(percent(1n, 3n)).to.equal("33.3 %");
    expect(percent(1n, 10_000n)).to.equal("< 0.1 %");
    expect(percent(0n, 5n)).to.equal("0.0 %");
    expect(percent(0n, 0n)).to.equal("–");
    expect(bpsPercent(1_250)).to.equal("12.5 %");
  });
});
