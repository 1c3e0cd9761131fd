// Proposals of an epoch's result under a bond, and finalisation.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { hostileEpoch } from "../support/hostile-epoch.ts";
import { ethers, loadFixture, time } from "../support/network.ts";
import {
  anyRoot,
  close,
  commitSketches,
  deployOver,
  epochOver,
  type EpochOver,
  ledgerOwes,
  modelled,
  OPEN,
  PARAMETERS,
  settleEpoch,
  startEpoch,
} from "../support/protocol.ts";

function propose(p: EpochOver, name = "payouts", by = p.proposer) {
  return p.ledger.connect(by).propose(p.epoch, anyRoot("groups", p.pools), anyRoot(name, p.pools), ethers.id("bundle"));
}

describe("propose", () => {
  it("takes the bond and starts the challenge window", async () => {
    const p = await loadFixture(epochOver);
    const bond = await p.ledger.requiredBond(p.epoch);
    const proposing = propose(p);
    await expect(proposing).to.changeTokenBalances(ethers, p.token, [p.proposer, p.ledger], [-bond, bond]);
    await expect(proposing).to.emit(p.ledger, "Proposed");
    const proposal = await p.ledger.proposalOf(p.epoch, 0n);
    expect(proposal.finalizableAt - proposal.proposedAt).to.equal(PARAMETERS.challengeWindowSeconds);
    expect([proposal.proposer, proposal.status, proposal.bond]).to.deep.equal([p.proposer.address, 1n, bond]);
    expect(await p.ledger.proposalCount(p.epoch)).to.equal(1n);
    expect((await p.ledger.owed()).bonds).to.equal(bond);
  });

  it("asks for the floor, or the share of the pools where that is more", async () => {
    const p = await loadFixture(modelled);
    expect(await p.ledger.requiredBond(0n)).to.equal(PARAMETERS.bondFloor);
    const epoch = await startEpoch(p);
    const pools = 7_000n * OPEN;
    await commitSketches(p, await close(p, 10_000n * OPEN));
    await time.increase(PARAMETERS.sketchWindowSeconds);
    await p.ledger.advance(1n);
    expect(await p.ledger.requiredBond(epoch)).to.equal((pools * PARAMETERS.bondBps) / 10_000n);
  });

  it("when the groups' sum is not the pools, it reverts", async () => {
    const p = await loadFixture(epochOver);
    const ledger = p.ledger.connect(p.proposer);
    for (const sum of [p.pools - 1n, p.pools + 1n]) {
      await expect(ledger.propose(p.epoch, anyRoot("g", sum), anyRoot("p", p.pools), ZeroHash))
        .to.be.revertedWithCustomError(p.ledger, "GroupsSumMismatch")
        .withArgs(sum, p.pools);
    }
  });

  it("when the payouts' sum is not the previous sum and the pools, it reverts", async () => {
    const p = await loadFixture(epochOver);
    const ledger = p.ledger.connect(p.proposer);
    for (const sum of [p.pools - 1n, p.pools + 1n]) {
      await expect(ledger.propose(p.epoch, anyRoot("g", p.pools), anyRoot("p", sum), ZeroHash))
        .to.be.revertedWithCustomError(p.ledger, "PayoutsSumMismatch")
        .withArgs(sum, p.pools);
    }
  });

  it("when the same roots are pending, it reverts; other roots may be pending together", async () => {
    const p = await loadFixture(epochOver);
    await propose(p);
    await expect(propose(p, "payouts", p.rival))
      .to.be.revertedWithCustomError(p.ledger, "ProposalExists")
      .withArgs(0n);
    await propose(p, "other payouts", p.rival);
    expect(await p.ledger.proposalCount(p.epoch)).to.equal(2n);
  });

  it("when the epoch is not over, it reverts", async () => {
    const p = await loadFixture(modelled);
    const epoch = await startEpoch(p);
    await expect(p.ledger.propose(epoch, anyRoot("g", 0n), anyRoot("p", 0n), ZeroHash))
      .to.be.revertedWithCustomError(p.ledger, "EpochNotOver")
      .withArgs(epoch, await p.ledger.epochEnd(epoch));
  });

  it("when a ready settlement is not advanced, it reverts: no proposal can leave one out", async () => {
    const p = await loadFixture(modelled);
    const epoch = await startEpoch(p);
    const settlement = await close(p, 100n);
    await commitSketches(p, settlement);
    await time.increaseTo(await p.ledger.epochEnd(epoch));
    await expect(p.ledger.propose(epoch, anyRoot("g", 0n), anyRoot("p", 0n), ZeroHash))
      .to.be.revertedWithCustomError(p.ledger, "EpochNotAdvanced")
      .withArgs(epoch, settlement);
  });

  it("when a settlement becomes ready in the next epoch only, it does not hinder", async () => {
    const p = await loadFixture(epochOver);
    await commitSketches(p, await close(p, 100n));
    await propose(p);
  });

  it("when the epoch has no settlements, it reverts", async () => {
    const p = await loadFixture(epochOver);
    await expect(p.ledger.propose(p.epoch - 1n, anyRoot("g", 0n), anyRoot("p", 0n), ZeroHash))
      .to.be.revertedWithCustomError(p.ledger, "EpochEmpty")
      .withArgs(p.epoch - 1n);
  });

  it("when an earlier epoch is not finalised, it reverts", async () => {
    const p = await loadFixture(epochOver);
    const later = await startEpoch(p);
    await commitSketches(p, await close(p, 100n));
    await time.increaseTo(await p.ledger.epochEnd(later));
    await p.ledger.advance(1n);
    await expect(p.ledger.propose(later, anyRoot("g", 70n), anyRoot("p", 70n), ZeroHash))
      .to.be.revertedWithCustomError(p.ledger, "EpochNotNext")
      .withArgs(later, p.epoch);
  });
});

describe("finalize", () => {
  it("after the window, anyone may: the root counts, the pools become payouts, the bond returns with the fee", async () => {
    const p = await loadFixture(epochOver);
    await propose(p);
    await time.increase(PARAMETERS.challengeWindowSeconds);
    const { bond } = await p.ledger.proposalOf(p.epoch, 0n);
    const fee = p.pools / 100n;
    const finalizing = p.ledger.connect(p.stranger).finalize(p.epoch);
    await expect(finalizing).to.changeTokenBalance(ethers, p.token, p.proposer, bond + fee);
    await expect(finalizing).to.emit(p.ledger, "ProposerPaid").withArgs(p.epoch, 0n, p.proposer.address, fee);
    const root = anyRoot("payouts", p.pools);
    await expect(finalizing).to.emit(p.ledger, "Finalized").withArgs(p.epoch, 0n, [root.hash, root.sum]);
    expect(await p.ledger.payoutsRoot()).to.deep.equal([root.hash, root.sum]);
    const { pools, bonds } = await p.ledger.owed();
    expect([pools, bonds]).to.deep.equal([0n, 0n]);
    expect(await p.vault.unclaimed()).to.equal(p.pools);
    expect((await p.ledger.proposalOf(p.epoch, 0n)).status).to.equal(2n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("when the window is open, it reverts", async () => {
    const p = await loadFixture(epochOver);
    await propose(p);
    const { finalizableAt } = await p.ledger.proposalOf(p.epoch, 0n);
    await expect(p.ledger.finalize(p.epoch))
      .to.be.revertedWithCustomError(p.ledger, "ChallengeWindowOpen")
      .withArgs(p.epoch, finalizableAt);
  });

  it("when nothing was proposed, or the epoch is finalised, it reverts", async () => {
    const p = await loadFixture(epochOver);
    await expect(p.ledger.finalize(p.epoch)).to.be.revertedWithCustomError(p.ledger, "NoProposal");
    await settleEpoch(p, anyRoot("payouts", p.pools));
    await expect(p.ledger.finalize(p.epoch)).to.be.revertedWithCustomError(p.ledger, "NoOpenEpoch");
    await expect(propose(p)).to.be.revertedWithCustomError(p.ledger, "NoOpenEpoch");
  });

  it("takes the earliest proposal; a later one is superseded and gets its bond back", async () => {
    const p = await loadFixture(epochOver);
    await propose(p);
    await propose(p, "other payouts", p.rival);
    await time.increase(PARAMETERS.challengeWindowSeconds);
    await expect(p.ledger.returnBond(p.epoch, 1n))
      .to.be.revertedWithCustomError(p.ledger, "NotSuperseded")
      .withArgs(p.epoch, 1n);
    await p.ledger.finalize(p.epoch);
    const late = await p.ledger.proposalOf(p.epoch, 1n);
    expect(late.status).to.equal(3n);
    await expect(p.ledger.connect(p.stranger).returnBond(p.epoch, 1n)).to.changeTokenBalance(
      ethers,
      p.token,
      p.rival,
      late.bond,
    );
    for (const proposal of [0n, 1n]) {
      await expect(p.ledger.returnBond(p.epoch, proposal)).to.be.revertedWithCustomError(p.ledger, "NothingToReturn");
    }
    expect((await p.ledger.owed()).bonds).to.equal(0n);
  });

  it("when the proposer cannot receive tokens, it finalises all the same and the bond can be returned later", async () => {
    const token = await ethers.deployContract("HostileToken");
    const base = await deployOver(token);
    const { ledger, epoch, proposer } = await hostileEpoch(base, token);
    const { bond } = await ledger.proposalOf(epoch, 0n);
    await token.refuse(proposer, true);
    await time.increase(PARAMETERS.challengeWindowSeconds);
    await expect(ledger.finalize(epoch)).to.emit(ledger, "Finalized");
    expect((await ledger.owed()).bonds).to.equal(bond);
    await token.refuse(proposer, false);
    await expect(ledger.returnBond(epoch, 0n)).to.changeTokenBalance(ethers, token, proposer, bond);
  });

  it("when the proposal does not exist, asking for it reverts", async () => {
    const p = await loadFixture(epochOver);
    await expect(p.ledger.proposalOf(p.epoch, 0n))
      .to.be.revertedWithCustomError(p.ledger, "UnknownProposal")
      .withArgs(p.epoch, 0n);
    await expect(p.ledger.returnBond(p.epoch, 0n)).to.be.revertedWithCustomError(p.ledger, "UnknownProposal");
  });
});
