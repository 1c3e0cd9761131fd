// Tests of the Keccak kernels against @noble/hashes.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import fc from "fast-check";
import { keccak256, keccak256Each } from "./keccak.ts";

describe("keccak256", () => {
  it("agrees with noble at every length up to five blocks", () => {
    const bytes = Uint8Array.from({ length: 700 }, (_, i) => (i * 167 + 13) % 256);
    for (let length = 0; length <= bytes.length; length++) {
      expect(keccak256(bytes.subarray(0, length)), `${length} bytes`).to.deep.equal(
        keccak_256(bytes.subarray(0, length)),
      );
    }
  });

  it("hashes inputs larger than the kernel's scratch memory", () => {
    const bytes = Uint8Array.from({ length: 1_500_001 }, (_, i) => i % 251);
    expect(keccak256(bytes)).to.deep.equal(keccak_256(bytes));
  });
});

describe("keccak256Each", () => {
  it("agrees with noble item by item", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 420 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(255),
        (length, count, seed) => {
          const items = Uint8Array.from({ length: length * count }, (_, i) => (i * 31 + seed) % 256);
          const hashes = keccak256Each(items, length);
          expect(hashes.length).to.equal(32 * count);
          for (let i = 0; i < count; i++) {
            const expected = keccak_256(items.subarray(i * length, (i + 1) * length));
            expect(hashes.slice(32 * i, 32 * i + 32)).to.deep.equal(expected);
          }
        },
      ),
    );
  });

  it("splits batches that exceed the scratch memory, and items that do", () => {
    for (const [length, count] of [
      [97, 20_001],
      [500_000, 3],
    ] as const) {
      const items = Uint8Array.from({ length: length * count }, (_, i) => (i >> 3) % 256);
      const hashes = keccak256Each(items, length);
      for (const i of [0, 1, (count - 1) >> 1, count - 1]) {
        const expected = keccak_256(items.subarray(i * length, (i + 1) * length));
        expect(hashes.slice(32 * i, 32 * i + 32)).to.deep.equal(expected);
      }
    }
  });

  it("refuses a table that is not a whole number of items", () => {
    expect(() => keccak256Each(new Uint8Array(10), 3)).to.throw(RangeError, "10 bytes");
    expect(() => keccak256Each(new Uint8Array(0), 0)).to.throw(RangeError);
  });
});
