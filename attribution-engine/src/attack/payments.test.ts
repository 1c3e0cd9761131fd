// What the payment rule promises whatever the attack: by the engine's own integer code on small economies.
import { expect } from "chai";
import { computeNovelty } from "../index/novelty.ts";
import { createRandom } from "../numerics/random.ts";
import type { Queries, ScoredRecords } from "../search/records.ts";
import { CALL_AMOUNT, earningsOf, type PointsRule } from "./payments.ts";

const K = 64;
const RULE: PointsRule = { topK: 8, debitFactor: 192 };
const NOVELTY = { tau: 64_225, delta: 6_554, signatureMatch: 257 };

function vectors(seed: number, count: number): Int8Array {
  const random = createRandom(seed, "vectors");
  return Int8Array.from({ length: count * K }, () => random.below(255) - 127);
}

/** An index of records with full scale, whose hashes are those of their sketches. */
async function indexOf(sketches: Int8Array): Promise<ScoredRecords> {
  const count = sketches.length / K;
  const recordHashes = new Uint8Array(32 * count);
  for (let at = 0; at < count; at++)
    recordHashes.set(new Uint8Array(sketches.slice(at * K, at * K + 32).buffer), 32 * at);
  const contentSignatures = new Uint8Array(32 * count);
  const { novelties } = await computeNovelty({ count, k: K, sketches, recordHashes, contentSignatures }, NOVELTY);
  return { count, k: K, sketches, scales: new Uint32Array(count).fill(1000), novelties };
}

function joined(...parts: readonly Int8Array[]): Int8Array {
  return Int8Array.from(parts.flatMap((part) => [...part]));
}

const calls: Queries = { count: 60, k: K, sketches: vectors(2, 60) };
const amounts = Array.from({ length: 60 }, () => CALL_AMOUNT);
const honest = vectors(1, 40);
const pay = async (index: ScoredRecords, rule = RULE): Promise<number[]> => [
  ...(await earningsOf(index, calls, amounts, rule)),
];
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe("the payment rule against attackers", () => {
  it("pays nothing for exact copies, however many, and takes nothing from who is copied", async () => {
    const before = await pay(await indexOf(honest));
    const best = before.indexOf(Math.max(...before));
    const copy = honest.subarray(best * K, (best + 1) * K);
    const after = await pay(await indexOf(joined(honest, ...Array.from({ length: 50 }, () => copy))));
    expect(before[best]).to.be.greaterThan(0);
    expect(after.slice(0, 40)).to.deep.equal(before);
    expect(total(after.slice(40))).to.equal(0);
  });

  it("keeps the lists free of near-identical records, so that crowding pushes nobody out", async () => {
    const before = await pay(await indexOf(honest));
    const best = before.indexOf(Math.max(...before));
    const crowd = Array.from({ length: 40 }, (_, i) => {
      const near = honest.slice(best * K, (best + 1) * K);
      const coordinate = near[i % K] ?? 0;
      near[i % K] = coordinate > 126 ? 126 : coordinate + 1;
      return near;
    });
    expect(await pay(await indexOf(joined(honest, ...crowd)))).to.deep.equal([...before, ...crowd.map(() => 0)]);
    const unprotected = { ...(await indexOf(joined(honest, ...crowd))), novelties: new Uint8Array(80).fill(255) };
    expect((await pay(unprotected))[best]).to.be.lessThan(before[best]!);
  });

  it("pays a contributor the same to the unit in one wallet and in ten", async () => {
    const index = await indexOf(honest);
    const paidTo = async (walletOf: (place: number) => number): Promise<number[]> => [
      ...(await earningsOf(index, calls, amounts, RULE, walletOf)),
    ];
    const one = await paidTo((place) => (place < 20 ? 0 : place));
    const ten = await paidTo((place) => (place < 20 ? place % 10 : place));
    expect(one[0]).to.be.above(0);
    expect(total(ten.slice(0, 10))).to.equal(one[0]);
    expect(ten.slice(20)).to.deep.equal(one.slice(20));
  });

  it("gives back no more than was paid, to the unit, to who deals with themselves alone", async () => {
    const index = await indexOf(honest);
    for (const own of [honest.subarray(0, K), honest.subarray(3 * K, 9 * K)]) {
      const count = own.length / K;
      const paid = Array.from({ length: count }, () => CALL_AMOUNT);
      const earned = await earningsOf(index, { count, k: K, sketches: own }, paid, RULE);
      expect(total([...earned])).to.equal(count * Number(CALL_AMOUNT));
      expect(earned.every((one) => one >= 0)).to.equal(true);
    }
  });

  it("nets what junk earns by accident against the harm it does", async () => {
    const good = new Int8Array(K).fill(50);
    const flipped = good.map((value) => -value);
    // One call in four goes the junk's way.
    const asked = joined(good, good, good, flipped);
    const index = await indexOf(joined(good, flipped));
    const four = [1, 1, 1, 1].map(() => CALL_AMOUNT);
    const of = async (debitFactor: number): Promise<number[]> => [
      ...(await earningsOf(index, { count: 4, k: K, sketches: asked }, four, { topK: 8, debitFactor })),
    ];
    expect(await of(192)).to.deep.equal([4 * Number(CALL_AMOUNT), 0]);
    expect((await of(0))[1]).to.equal(Number(CALL_AMOUNT));
  });
});
