// Tests of content signatures against a plain implementation, and of their speed.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import fc from "fast-check";
import { agreeingBits, areNear, contentSignature, shinglesOf } from "./content-signature.ts";

function fmix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function plainSignature(shingles: readonly string[]): Uint8Array {
  const hashes = shingles.map((shingle) => Buffer.from(keccak_256(new TextEncoder().encode(shingle))).readUInt32BE(0));
  const bits = Array.from({ length: 256 }, (_, b) => {
    const seed = fmix32((Math.imul(b, 0x9e3779b9) + 1) >>> 0);
    return Math.min(...hashes.map((h) => fmix32((h ^ seed) >>> 0))) & 1;
  });
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8).join(""), 2));
}

describe("contentSignature", () => {
  it("equals the plain implementation", () => {
    const word = fc.constantFrom("the", "Fox", "ran", "é", "東京", "42", "x".repeat(200), "ΣΑΣ");
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const text = words.join(" ");
        expect(contentSignature(text)).to.deep.equal(plainSignature([...shinglesOf(text)]));
      }),
      { numRuns: 60 },
    );
  });

  it("is 0 for a text without words, and ignores case and punctuation", () => {
    expect(contentSignature("… !?")).to.deep.equal(new Uint8Array(32));
    expect(contentSignature("One, two; THREE four")).to.deep.equal(contentSignature("one two three (four)"));
  });

  it("hashes a shingle larger than the kernel's scratch memory", () => {
    const text = "y".repeat(600_000);
    expect(contentSignature(text)).to.deep.equal(plainSignature([text]));
  });

  it("agrees in about 128 (1 + J) bits", () => {
    const text = (from: number) => Array.from({ length: 302 }, (_, i) => `w${from + i}`).join(" ");
    const agreement = (by: number) => agreeingBits(contentSignature(text(0)), contentSignature(text(by)));
    expect(agreement(0)).to.equal(256);
    expect(agreement(100)).to.be.within(165, 219);
    expect(agreement(5000)).to.be.within(96, 160);
  });

  it("takes 7,000 records of 100 words in less than 2 s", () => {
    const text = (r: number) => Array.from({ length: 100 }, (_, i) => `w${(r * 7919 + i * i) % 20_011}`).join(" ");
    const texts = Array.from({ length: 700 }, (_, r) => text(r));
    // The best of five runs of a tenth, so that other work on the machine does not count.
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (const item of texts) contentSignature(item);
      return performance.now() - start;
    });
    expect(10 * Math.min(...times)).to.be.below(2000);
  });
});

describe("shinglesOf", () => {
  it("takes runs of three words, or all words if there are fewer", () => {
    expect([...shinglesOf("A b c d")]).to.deep.equal(["a b c", "b c d"]);
    expect([...shinglesOf("A b")]).to.deep.equal(["a b"]);
    expect([...shinglesOf("")]).to.deep.equal([]);
  });
});

describe("areNear", () => {
  it("needs two signatures that are not 0, and can be switched off", () => {
    const zero = new Uint8Array(32);
    const signature = contentSignature("some words here");
    expect(areNear(signature, signature, 256)).to.equal(true);
    expect(areNear(signature, signature, 257)).to.equal(false);
    expect(areNear(zero, zero, 0)).to.equal(false);
    expect(areNear(signature, zero, 0)).to.equal(false);
  });
});
