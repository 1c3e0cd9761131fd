// Random bytes out of a pool: none twice, none left over, none that are not random.
import { expect } from "chai";
import { randomBytes } from "./random.ts";

describe("random bytes", () => {
  it("are never given twice, and stay what they were", () => {
    const given = Array.from({ length: 2_000 }, () => randomBytes(32));
    const before = given.map((bytes) => bytes.toString("hex"));
    for (let i = 0; i < 2_000; i++) randomBytes(32);
    expect(given.map((bytes) => bytes.toString("hex"))).to.deep.equal(before);
    expect(new Set(before).size).to.equal(2_000);
    expect(given.every(({ length }) => length === 32)).to.equal(true);
    // Of 64,000 bytes each value is expected 250 times.
    const counts = new Map<number, number>();
    for (const byte of given.flatMap((bytes) => [...bytes])) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    expect(counts.size).to.equal(256);
    for (const count of counts.values()) expect(count).to.be.within(150, 350);
  });

  it("are as many as are asked for, up to all that are fetched at a time", () => {
    for (const length of [0, 1, 31, 8_192]) expect(randomBytes(length)).to.have.lengthOf(length);
    expect(() => randomBytes(8_193)).to.throw();
  });
});
