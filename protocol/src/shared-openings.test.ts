// Shared openings: what they leave out, and what they refuse.
import { expect } from "chai";
import { PAYOUT } from "./kinds.ts";
import { emptyRoot } from "./node.ts";
import { readOpening } from "./opening.ts";
import { encodePayout } from "./payloads/payout.ts";
import { shareOpenings } from "./shared-openings.ts";
import { sumTreeOf } from "./sum-tree.ts";

const PAYLOAD = encodePayout({ earnings: emptyRoot(32) });
const KEYS = [2, 3, 9, 9, 1_000_000];

function openings() {
  const keys = [...new Set(KEYS)];
  const tree = sumTreeOf(
    PAYOUT.depth,
    keys.map((key) => ({ key, sum: BigInt(key), payload: PAYLOAD })),
  );
  return KEYS.map((key) => ({ key, opening: tree.open(PAYOUT.depth, key) }));
}

const levelsOf = (opening: Uint8Array): number => {
  const read = readOpening(opening);
  if ("reason" in read) throw new Error(read.reason);
  return read.siblings.length;
};

describe("shareOpenings", () => {
  it("descends from the node where the path leaves that of the one before", () => {
    expect(shareOpenings(openings()).map(levelsOf)).to.deep.equal([28, 1, 4, 0, 20]);
  });

  it("keeps the siblings below that node", () => {
    const whole = openings();
    const [first, second] = shareOpenings(whole);
    expect(first).to.deep.equal(whole[0]!.opening);
    expect(second!.subarray(5)).to.deep.equal(whole[1]!.opening.subarray(-48));
  });

  it("refuses what is not an opening", () => {
    expect(() => shareOpenings([{ key: 1, opening: new Uint8Array(2) }])).to.throw(RangeError, "opening 0: header");
  });

  it("refuses openings of different depths", () => {
    const [first] = openings();
    expect(() => shareOpenings([first!, { key: 3, opening: new Uint8Array([4, 0, 0, 0, 0]) }])).to.throw(
      RangeError,
      "opening 1 has 4 levels, the one before 28",
    );
  });
});
