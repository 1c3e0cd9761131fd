// Tests of novelty and its integer square root.
import { expect } from "chai";
import fc from "fast-check";
import { NONE } from "./bytes.ts";
import { cosine16, isqrt, novelties, type NoveltyRecord } from "./novelty.ts";

const RULE = { tau: 64_225, delta: 6_554, signatureMatch: 200 };

function record(id: number, sketch: Int8Array, signature = 0): NoveltyRecord {
  return { recordHash: new Uint8Array(32).fill(id), contentSignature: new Uint8Array(32).fill(signature), sketch };
}

describe("isqrt", () => {
  it("is exact, also next to squares up to 2^53", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 94_906_265 }), (root) => {
        expect([isqrt(root * root - 1), isqrt(root * root), isqrt(root * root + 1)]).to.deep.equal([
          root - 1,
          root,
          root,
        ]);
      }),
    );
    expect(isqrt(0)).to.equal(0);
    expect(isqrt(94_906_265 ** 2 - 1)).to.equal(94_906_264);
  });
});

describe("cosine16", () => {
  it("equals the exact quotient", () => {
    const sketch = fc.int8Array({ minLength: 32, maxLength: 32, min: -127, max: 127 });
    fc.assert(
      fc.property(sketch, sketch, (x, y) => {
        const dot = (a: Int8Array, b: Int8Array) =>
          Array.from(a, (value, i) => BigInt(value * b[i]!)).reduce((sum, v) => sum + v, 0n);
        const square = dot(x, x) * dot(y, y);
        const root = BigInt(isqrt(Number(square)));
        const product = dot(x, y);
        expect(root * root <= square && (root + 1n) * (root + 1n) > square).to.equal(true);
        expect(cosine16(x, y)).to.equal(product <= 0n || root === 0n ? 0 : Number((product * 65536n) / root));
      }),
    );
  });
});

describe("novelties", () => {
  const axis = (c: number) => Int8Array.from({ length: 32 }, (_, i) => (i === c ? 100 : 0));

  it("are full without an earlier relative, and 0 for copies, with the lowest witness", () => {
    const records = [
      record(1, axis(0)),
      record(2, axis(1)),
      record(3, axis(0)),
      record(2, axis(5)),
      record(4, axis(0)),
    ];
    expect(novelties(records, RULE)).to.deep.equal([
      { novelty: 255, witness: NONE },
      { novelty: 255, witness: NONE },
      { novelty: 0, witness: 0 },
      { novelty: 0, witness: 1 },
      { novelty: 0, witness: 0 },
    ]);
  });

  it("fall along the ramp between tau - delta and tau", () => {
    const tilted = Int8Array.of(100, 40, ...new Array<number>(30).fill(0));
    const cosine = cosine16(tilted, axis(0));
    expect(cosine).to.equal(Math.floor((10_000 * 65536) / Math.floor(Math.sqrt(11_600 * 10_000))));
    const [, second] = novelties([record(1, axis(0)), record(2, tilted)], RULE);
    expect(second).to.deep.equal({ novelty: Math.floor((255 * (RULE.tau - cosine)) / RULE.delta), witness: 0 });
  });

  it("are 0 for withdrawn records, without a witness, of which only copies by hash are copies", () => {
    const gone = { ...record(1, new Int8Array(32)), isWithdrawn: true };
    const records = [record(9, axis(0)), gone, record(2, axis(0)), record(1, axis(5)), { ...gone }];
    expect(novelties(records, RULE)).to.deep.equal([
      { novelty: 255, witness: NONE },
      { novelty: 0, witness: NONE },
      { novelty: 0, witness: 0 },
      { novelty: 0, witness: 1 },
      { novelty: 0, witness: NONE },
    ]);
  });

  it("treat near content signatures as copies unless the rule is off", () => {
    const records = [record(1, axis(0), 1), record(2, axis(1), 1), record(3, axis(2), 0)];
    expect(novelties(records, RULE).map(({ novelty }) => novelty)).to.deep.equal([255, 0, 255]);
    expect(novelties(records, { ...RULE, signatureMatch: 257 }).map(({ novelty }) => novelty)).to.deep.equal([
      255, 255, 255,
    ]);
  });
});
