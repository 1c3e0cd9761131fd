// What a gateway in league with a contributor gains by closing: within the freedom that the protocol leaves, and no more.
import { expect } from "chai";
import { createRandom } from "../numerics/random.ts";
import { closingGain } from "./closing.ts";
import type { Queries, ScoredRecords } from "../search/records.ts";

const K = 64;
const RULE = { topK: 8, debitFactor: 256 };

function vectors(seed: number, count: number): Int8Array {
  const random = createRandom(seed, "vectors");
  return Int8Array.from({ length: count * K }, () => random.below(255) - 127);
}

const index: ScoredRecords = {
  count: 40,
  k: K,
  sketches: vectors(1, 40),
  scales: new Uint32Array(40).fill(1000),
  novelties: new Uint8Array(40).fill(255),
};
const calls: Queries = { count: 60, k: K, sketches: vectors(2, 60) };
const isOwn = Uint8Array.from({ length: 40 }, (_, record) => (record % 8 === 0 ? 1 : 0));
const gain = (epochs: number, share: number, channels: number): Promise<number> =>
  closingGain({ index }, calls, RULE, isOwn, { epochs, share, channels }, 1);

describe("closing cleverly", () => {
  it("gains nothing in one epoch, or by a gateway without calls", async () => {
    expect(await gain(1, 1, Infinity)).to.equal(1);
    expect(await gain(4, 0, Infinity)).to.equal(1);
  });

  it("gains more the more calls are the gateway's, and the fewer of them a channel binds", async () => {
    const free = await gain(4, 1, Infinity);
    expect(free).to.be.greaterThan(1.05);
    expect(await gain(4, 0.25, Infinity)).to.be.lessThan(free);
    expect(await gain(4, 1, 1)).to.be.lessThan(free);
  });
});
