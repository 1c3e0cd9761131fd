// Tests of the lies that a dishonest proposer tells of a whole epoch: they add up, their bundles state them, and they can be proven.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { FAULTS } from "@tributary/protocol/proofs/faults";
import { expect } from "chai";
import { openEpochBundle, writeEpochBundle } from "../bundle/epoch-bundle.ts";
import { rebuildEpoch } from "../bundle/rebuild-epoch.ts";
import { findFault } from "../watcher/find-fault.ts";
import { epochTrees } from "../watcher/nested-trees.ts";
import { PreimageStore } from "../watcher/preimage-store.ts";
import { buildProposal, plainProposal } from "../watcher/test/plain-proposal.ts";
import { honestOf, smallInputs } from "../watcher/test/small-epoch.ts";
import { tellLie } from "./tell-lie.ts";
import { toldEpoch } from "./told-epoch.ts";

/** Epochs, by seed, with lies of every fault, and of each a position that can gain by them. */
const EPOCHS = [
  { seed: 4, favoured: 214_250_821 },
  { seed: 8, favoured: 1 },
  { seed: 15, favoured: 3 },
];

describe("lies of a whole epoch", function () {
  this.timeout(60_000);
  let bundles: string;

  before(async () => {
    bundles = await mkdtemp(join(tmpdir(), "bundles-"));
  });

  after(() => rm(bundles, { recursive: true }));

  it("is told in the trees that the values make", async () => {
    for (const { seed } of EPOCHS) {
      const honest = await honestOf(smallInputs(seed));
      const plain = plainProposal(honest);
      plain.payouts[0]!.cumulative += 7n;
      const told = toldEpoch(plain, honest);
      const built = buildProposal(plain);
      expect(manifestRoot(told.groupsTree.root)).to.deep.equal(manifestRoot(built.groups));
      expect(manifestRoot(told.payoutsTree.root)).to.deep.equal(manifestRoot(built.payouts));
    }
  });

  for (const fault of FAULTS) {
    it(`pays the liar, adds up and can be ended: ${fault}`, async () => {
      for (const { seed, favoured } of EPOCHS) {
        const honest = await honestOf(smallInputs(seed));
        const { inputs, epoch } = honest;
        const lie = tellLie(honest, plainProposal(honest), fault, favoured, seed);
        const { groupsTree, payoutsTree } = lie.epoch;
        expect(lie.gain > 0n).to.equal(true);
        expect(groupsTree.root.sum).to.equal(epoch.groupsTree.root.sum);
        expect(payoutsTree.root.sum).to.equal(epoch.payoutsTree.root.sum);

        const paid = inputs.previousPayouts.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
        const previous = { hash: `0x${"22".repeat(32)}`, sum: `${paid}` } as const;
        const { hash } = await writeEpochBundle(bundles, inputs, lie.shown, previous);
        const rebuilt = await rebuildEpoch(await openEpochBundle(bundles, hash), inputs);
        const accused = { epoch: inputs.epoch, proposal: 0, groups: groupsTree.root, payouts: payoutsTree.root };
        const { what } = findFault(honest, accused, new PreimageStore(), epochTrees(rebuilt));
        expect(what, `epoch ${seed}: ${lie.what}`).to.equal(fault === "availability" ? "demand" : "proof");
      }
    });
  }

  it("is the same for the same seed", async () => {
    const { seed, favoured } = EPOCHS[0]!;
    const honest = await honestOf(smallInputs(seed));
    const [first, again, other] = [5, 5, 6].map((drawn) => {
      const { payoutsTree } = tellLie(honest, plainProposal(honest), "influence", favoured, drawn).epoch;
      return manifestRoot(payoutsTree.root).hash;
    });
    expect(first).to.equal(again);
    expect(first).not.to.equal(other);
  });
});
