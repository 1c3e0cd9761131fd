// Tests of epochs that are rebuilt from bundles, honest ones and lies.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { expect } from "chai";
import type { Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { buildGroupsTree, buildPayoutsTree } from "../attribution/epoch-trees.ts";
import { findFault } from "../watcher/find-fault.ts";
import { epochTrees } from "../watcher/nested-trees.ts";
import { PreimageStore } from "../watcher/preimage-store.ts";
import { honestOf, smallInputs } from "../watcher/test/small-epoch.ts";
import { openEpochBundle, writeEpochBundle } from "./epoch-bundle.ts";
import { rebuildEpoch } from "./rebuild-epoch.ts";

const EPOCHS = 20;
/** An epoch with entries. */
const SEED = 1;

describe("rebuildEpoch", function () {
  this.timeout(60_000);
  let bundles: string;

  before(async () => {
    bundles = await mkdtemp(join(tmpdir(), "bundles-"));
  });

  after(() => rm(bundles, { recursive: true }));

  async function published(inputs: EpochInputs, epoch: AttributedEpoch) {
    const paid = inputs.previousPayouts.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
    const place = await writeEpochBundle(bundles, inputs, epoch, {
      hash: `0x${"22".repeat(32)}` as Hex,
      sum: `${paid}`,
    });
    return openEpochBundle(bundles, place.hash);
  }

  it("gives the roots of the epoch that the bundle was written from", async () => {
    for (let seed = 0; seed < EPOCHS; seed++) {
      const { inputs, epoch } = await honestOf(smallInputs(seed));
      const rebuilt = await rebuildEpoch(await published(inputs, epoch), inputs);
      expect(manifestRoot(rebuilt.groupsTree.root)).to.deep.equal(manifestRoot(epoch.groupsTree.root));
      expect(manifestRoot(rebuilt.payoutsTree.root)).to.deep.equal(manifestRoot(epoch.payoutsTree.root));
    }
  });

  it("gives all that a proof of a published lie needs", async () => {
    let proven = 0;
    for (let seed = 0; seed < EPOCHS; seed++) {
      const honest = await honestOf(smallInputs(seed));
      const lie = lieAbout(honest.epoch);
      if (lie === undefined) continue;
      const bundle = await published(honest.inputs, lie);
      const rebuilt = await rebuildEpoch(bundle, honest.inputs);
      const accused = { epoch: 3n, proposal: 0, groups: lie.groupsTree.root, payouts: lie.payoutsTree.root };
      const found = findFault(honest, accused, new PreimageStore(), epochTrees(rebuilt));
      expect(found.what, `epoch ${seed}`).to.equal("proof");
      proven++;
    }
    expect(proven).to.be.greaterThan(5);
  });

  it("refuses tables that name what there is not", async () => {
    const { inputs, epoch } = await honestOf(smallInputs(SEED));
    const bundle = await published(inputs, epoch);
    const fewer = {
      ...inputs,
      groups: inputs.groups.map((group) => ({ ...group, method: { ...group.method, topK: 0 } })),
    };
    const failure = await rebuildEpoch(bundle, fewer).then(
      () => "no failure",
      (error: unknown) => String(error),
    );
    expect(failure).to.match(/entries\.parquet row 0: no list of the group has such an entry/);
  });
});

/** The same epoch, but the first earning is one more, with everything above it. */
function lieAbout(epoch: AttributedEpoch): AttributedEpoch | undefined {
  if (epoch.earnings.count === 0) return undefined;
  const amounts = epoch.earnings.amounts.slice();
  const [cumulative, earned] = [epoch.payouts.cumulative.slice(), epoch.payouts.earned.slice()];
  const at = epoch.payouts.positions.indexOf(epoch.earnings.positions[0]!);
  amounts[1]! += 1n;
  cumulative[2 * at + 1]! += 1n;
  earned[2 * at + 1]! += 1n;
  const earnings = { ...epoch.earnings, amounts };
  const payouts = { ...epoch.payouts, cumulative, earned };
  const groupsTree = buildGroupsTree(
    epoch.groups.map(({ modelVersion, pool, trace, points, reduced }) => ({
      modelVersion,
      pool,
      trace: trace.root,
      points: points.root,
      fallbackEarningIndex: reduced.fallbackEarningIndex,
    })),
  );
  return { ...epoch, earnings, payouts, groupsTree, payoutsTree: buildPayoutsTree(earnings, payouts) };
}
