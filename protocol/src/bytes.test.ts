// Tests of big-endian fields and hex.
import { expect } from "chai";
import fc from "fast-check";
import {
  bytesToHex,
  compareBytes,
  equalBytes,
  hexToBytes,
  isZero,
  readBigUint,
  readUint,
  writeBigUint,
  writeUint,
} from "./bytes.ts";
import { uintOf } from "./testing/arbitraries.ts";

describe("fields", () => {
  it("round trip at every width", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), uintOf(256), fc.nat(4), (width, any, offset) => {
        const value = BigInt.asUintN(8 * width, any);
        const bytes = new Uint8Array(offset + width);
        writeBigUint(bytes, offset, width, value, "field");
        expect(bytesToHex(bytes.subarray(offset))).to.equal(`0x${value.toString(16).padStart(2 * width, "0")}`);
        expect(readBigUint(bytes, offset, width)).to.equal(value);
        if (width <= 6) {
          expect(readUint(bytes, offset, width)).to.equal(Number(value));
          writeUint(bytes, offset, width, Number(value), "field");
          expect(readBigUint(bytes, offset, width)).to.equal(value);
        }
      }),
    );
  });

  it("refuse values that do not fit, naming the field", () => {
    const bytes = new Uint8Array(32);
    expect(() => writeUint(bytes, 0, 1, 256, "level")).to.throw(RangeError, "level: 256 is not a u8");
    expect(() => writeUint(bytes, 0, 1, 0.5, "level")).to.throw(RangeError, "level");
    expect(() => writeBigUint(bytes, 0, 16, 1n << 128n, "sum")).to.throw(RangeError, "sum");
    expect(() => writeBigUint(bytes, 0, 16, -1n, "sum")).to.throw(RangeError, "sum: -1 is not a u128");
  });
});

describe("hex", () => {
  it("round trips and is strict", () => {
    expect(hexToBytes("0x00aF")).to.deep.equal(Uint8Array.of(0, 0xaf));
    expect(bytesToHex(Uint8Array.of(0, 0xaf))).to.equal("0x00af");
    for (const text of ["00", "0x0", "0xzz", ""]) expect(() => hexToBytes(text)).to.throw("not a 0x hex string");
  });
});

describe("comparisons", () => {
  it("order bytes as their hex", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }), (a, b) => {
        const [x, y] = [bytesToHex(a), bytesToHex(b)];
        expect(Math.sign(compareBytes(a, b))).to.equal(x < y ? -1 : x > y ? 1 : 0);
        expect(equalBytes(a, b)).to.equal(x === y);
      }),
    );
    expect(isZero(new Uint8Array(3))).to.equal(true);
    expect(isZero(Uint8Array.of(0, 1))).to.equal(false);
  });
});
