// Tests of how often the bundles of proposals are read: a whole one once, whatever comes of it.
import { expect } from "chai";
import { attributeEpoch } from "../attribution/epoch.ts";
import { type EpochTrees, epochTrees } from "../watcher/nested-trees.ts";
import { smallInputs } from "../watcher/test/small-epoch.ts";
import { RebuiltBundles } from "./rebuilt-bundles.ts";

const HASH = `0x${"11".repeat(32)}` as const;

describe("RebuiltBundles", () => {
  let now = 0;
  let reads = 0;
  let bundles: RebuiltBundles;
  let trees: EpochTrees;

  beforeEach(async () => {
    const epoch = await attributeEpoch(smallInputs(0));
    trees = epochTrees(epoch);
    [now, reads] = [0, 0];
    bundles = new RebuiltBundles(epoch, () => now);
  });

  /** Reads a bundle, which takes so long. */
  async function read(found: EpochTrees | undefined, isWhole: boolean, took: number): Promise<EpochTrees | undefined> {
    return bundles.read(HASH, (noteWhole) => {
      reads++;
      now += took;
      if (isWhole) noteWhole();
      return Promise.resolve(found);
    });
  }

  it("reads a bundle once", async () => {
    expect(await read(trees, true, 10)).to.equal(trees);
    expect(await read(undefined, true, 10)).to.equal(trees);
    expect(reads).to.equal(1);
  });

  it("never again reads a whole one that cannot be rebuilt", async () => {
    expect(await read(undefined, true, 10)).to.equal(undefined);
    now += 1_000_000;
    expect(await read(trees, true, 10)).to.equal(undefined);
    expect(reads).to.equal(1);
  });

  it("tries one again that could not be had, at once where trying cost nothing, and else after a rest", async () => {
    expect(await read(undefined, false, 0)).to.equal(undefined);
    expect(await read(undefined, false, 10)).to.equal(undefined);
    expect(reads).to.equal(2);
    now += 199;
    expect(await read(trees, true, 10)).to.equal(undefined);
    expect(reads).to.equal(2);
    now += 1;
    expect(await read(trees, true, 10)).to.equal(trees);
  });
});
