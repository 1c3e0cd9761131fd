// Tests of the division of a shard's tiles into rounds.
import { expect } from "chai";
import { planRounds, tileOrder } from "./rounds.ts";

const plan = { tiles: 10_000, seen: 0, capacity: 2048, topK: 256, mostTiles: 65_535, careful: false };
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("rounds of a GPU search", () => {
  it("cover all tiles and grow with what the lists have seen", () => {
    const rounds = planRounds(plan);
    expect(sum(rounds)).to.equal(plan.tiles);
    expect(rounds[0]).to.equal(16);
    expect(rounds.length).to.be.below(12);
    expect(planRounds({ ...plan, seen: 1e9 })).to.deep.equal([plan.tiles]);
    expect(planRounds({ ...plan, tiles: 0 })).to.deep.equal([]);
  });

  it("offer, in random order, at most half of the room to both sides together, and less to short lists", () => {
    for (const topK of [1, 32, 256]) {
      let seen = 0;
      for (const round of planRounds({ ...plan, topK })) {
        if (seen >= 16) expect((2 * topK * round) / seen).to.be.at.most(plan.capacity / 2);
        if (seen > 16 && topK === 1) expect(round / seen).to.be.at.most(plan.capacity / 64);
        seen += round;
      }
    }
  });

  it("are no larger than a dispatch may be", () => {
    const rounds = planRounds({ ...plan, mostTiles: 7 });
    expect(Math.max(...rounds)).to.equal(7);
    expect(sum(rounds)).to.equal(plan.tiles);
  });

  it("careful ones never hold more records than there is room for", () => {
    const rounds = planRounds({ ...plan, capacity: 300, careful: true });
    expect(sum(rounds)).to.equal(plan.tiles);
    expect(Math.max(...rounds)).to.equal(2);
  });

  it("need room for a tile", () => {
    expect(() => planRounds({ ...plan, capacity: 127 })).to.throw(
      "room for 127 entries is less than a tile of 128 records",
    );
  });

  it("take tiles in an order that holds each once and spreads neighbours", () => {
    for (const tiles of [0, 1, 2, 3, 6, 128, 1000, 524_288]) {
      const order = tileOrder(tiles);
      expect(new Set(order).size).to.equal(tiles);
    }
    const early = [...tileOrder(1000).subarray(0, 10)].sort((a, b) => a - b);
    expect(Math.min(...early.slice(1).map((tile, i) => tile - early[i]!))).to.be.above(30);
  });
});
