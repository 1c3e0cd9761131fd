// Claims: what positions are paid, by whom they can be claimed, and what proves them.
import { expect } from "chai";
import { ethers, loadFixture, time } from "../support/network.ts";
import { accruedOnly, payoutsOf } from "../support/payouts.ts";
import {
  close,
  commitSketches,
  epochOver,
  type EpochOver,
  ledgerOwes,
  OPEN,
  settleEpoch,
  startEpoch,
} from "../support/protocol.ts";

/** An epoch finalised with a third for Alice and the rest for Bob. */
async function finalized() {
  const p = await loadFixture(epochOver);
  const third = p.pools / 3n;
  const payouts = payoutsOf({ [`${p.alicePosition}`]: third, [`${p.bobPosition}`]: p.pools - third });
  await settleEpoch(p, payouts.root);
  return { ...p, payouts, third };
}

describe("claim", () => {
  describe("given a finalised epoch", () => {
    it("when anyone claims, it pays the position's owner exactly what the leaf says", async () => {
      const p = await loadFixture(finalized);
      const claim = p.payouts.claimOf(p.alicePosition);
      await expect(p.vault.connect(p.stranger).claim([claim])).to.changeTokenBalances(
        ethers,
        p.token,
        [p.vault, p.alice, p.stranger],
        [-p.third, p.third, 0n],
      );
      expect(await p.vault.claimedOf(p.alicePosition)).to.equal(p.third);
    });

    it("when claimed again, it pays nothing and emits nothing", async () => {
      const p = await loadFixture(finalized);
      const claim = p.payouts.claimOf(p.alicePosition);
      await p.vault.claim([claim]);
      const again = p.vault.claim([claim, claim]);
      await expect(again).to.changeTokenBalance(ethers, p.token, p.alice, 0n);
      await expect(again).not.to.emit(p.vault, "Claimed");
    });

    it("when one batch claims a position twice, it is paid once", async () => {
      const p = await loadFixture(finalized);
      const claim = p.payouts.claimOf(p.bobPosition);
      await expect(p.vault.claim([claim, claim])).to.changeTokenBalance(ethers, p.token, p.bob, claim.cumulative);
    });

    it("when direct income accrued too, one call pays both", async () => {
      const p = await loadFixture(finalized);
      await p.ledger.accrue([p.alicePosition], [77n]);
      const claiming = p.vault.claim([p.payouts.claimOf(p.alicePosition)]);
      await expect(claiming).to.changeTokenBalance(ethers, p.token, p.alice, p.third + 77n);
      await expect(claiming).to.emit(p.vault, "Claimed").withArgs(p.alicePosition, p.alice.address, p.third);
      await expect(claiming).to.emit(p.ledger, "AccruedPaid").withArgs(p.alicePosition, p.alice.address, 77n);
      expect(await p.vault.claimedOf(p.alicePosition)).to.equal(p.third);
      expect(await p.ledger.accruedOf(p.alicePosition)).to.equal(0n);
    });

    it("when the opening is empty, it pays direct accruals only", async () => {
      const p = await loadFixture(finalized);
      await p.ledger.accrue([p.alicePosition], [5n]);
      await expect(p.vault.claim([accruedOnly(p.alicePosition)])).to.changeTokenBalance(ethers, p.token, p.alice, 5n);
    });

    it("when positions of several owners are claimed together, each is paid its own", async () => {
      const p = await loadFixture(finalized);
      const developer = await p.ledger.accruedOf(p.developerPosition);
      const claims = [
        p.payouts.claimOf(p.alicePosition),
        p.payouts.claimOf(p.bobPosition),
        accruedOnly(p.developerPosition),
        accruedOnly(p.alicePosition),
      ];
      await expect(p.vault.claim(claims)).to.changeTokenBalances(
        ethers,
        p.token,
        [p.alice, p.bob, p.developer],
        [p.third, p.pools - p.third, developer],
      );
    });

    it("when a position was sold, it pays the buyer", async () => {
      const p = await loadFixture(finalized);
      await p.positions.connect(p.alice).transferFrom(p.alice.address, p.stranger.address, p.alicePosition);
      await expect(p.vault.claim([p.payouts.claimOf(p.alicePosition)])).to.changeTokenBalances(
        ethers,
        p.token,
        [p.alice, p.stranger],
        [0n, p.third],
      );
    });

    it("when everything is claimed, the vault is empty and the ledger keeps what it still owes, to the unit", async () => {
      const p = await loadFixture(finalized);
      await p.vault.claim([p.payouts.claimOf(p.alicePosition), p.payouts.claimOf(p.bobPosition)]);
      expect(await p.vault.unclaimed()).to.equal(0n);
      expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
    });

    it("when the amount is not the leaf's, it reverts", async () => {
      const p = await loadFixture(finalized);
      const claim = { ...p.payouts.claimOf(p.alicePosition), cumulative: p.third + 1n };
      await expect(p.vault.claim([claim]))
        .to.be.revertedWithCustomError(p.vault, "InvalidClaim")
        .withArgs(p.alicePosition);
    });

    it("when the opening is another position's, it reverts", async () => {
      const p = await loadFixture(finalized);
      const claim = { ...p.payouts.claimOf(p.bobPosition), position: p.alicePosition };
      await expect(p.vault.claim([claim])).to.be.revertedWithCustomError(p.vault, "InvalidClaim");
    });

    it("when the opening is of another tree, it reverts", async () => {
      const p = await loadFixture(finalized);
      const forged = payoutsOf({ [`${p.alicePosition}`]: p.pools });
      await expect(p.vault.claim([forged.claimOf(p.alicePosition)])).to.be.revertedWithCustomError(
        p.vault,
        "InvalidClaim",
      );
    });

    it("when an absence is claimed as a leaf, it reverts", async () => {
      const p = await loadFixture(finalized);
      await expect(p.vault.claim([p.payouts.claimOf(p.developerPosition)])).to.be.revertedWithCustomError(
        p.vault,
        "InvalidClaim",
      );
    });

    it("when the position does not exist, it reverts", async () => {
      const p = await loadFixture(finalized);
      await expect(p.vault.claim([accruedOnly(99n)])).to.be.revertedWithCustomError(p.positions, "TokenDoesNotExist");
    });
  });
});

describe("claimOne", () => {
  it("pays the owner what the leaf says and what accrued, once, whoever calls", async () => {
    const p = await loadFixture(finalized);
    await p.ledger.accrue([p.alicePosition], [9n]);
    const { position, cumulative, payloadHash, opening } = p.payouts.claimOf(p.alicePosition);
    const claimOne = () => p.vault.connect(p.stranger).claimOne(position, cumulative, payloadHash, opening);
    await expect(claimOne()).to.changeTokenBalances(ethers, p.token, [p.alice, p.stranger], [p.third + 9n, 0n]);
    await expect(claimOne()).to.changeTokenBalance(ethers, p.token, p.alice, 0n);
    await expect(p.vault.claim([p.payouts.claimOf(p.alicePosition)])).not.to.emit(p.vault, "Claimed");
  });

  it("when the opening is another position's, it reverts", async () => {
    const p = await loadFixture(finalized);
    const { cumulative, payloadHash, opening } = p.payouts.claimOf(p.bobPosition);
    await expect(p.vault.claimOne(p.alicePosition, cumulative, payloadHash, opening))
      .to.be.revertedWithCustomError(p.vault, "InvalidClaim")
      .withArgs(p.alicePosition);
  });
});

describe("claimTo", () => {
  it("when the owner claims, it pays the recipient", async () => {
    const p = await loadFixture(finalized);
    const claim = p.payouts.claimOf(p.alicePosition);
    await expect(p.vault.connect(p.alice).claimTo(p.stranger.address, [claim])).to.changeTokenBalances(
      ethers,
      p.token,
      [p.alice, p.stranger],
      [0n, p.third],
    );
  });

  it("when the appointed claimer claims, it pays the recipient", async () => {
    const p = await loadFixture(finalized);
    await expect(p.vault.connect(p.alice).setClaimer(p.alicePosition, p.stranger.address))
      .to.emit(p.vault, "ClaimerSet")
      .withArgs(p.alicePosition, p.alice.address, p.stranger.address);
    const claim = p.payouts.claimOf(p.alicePosition);
    await expect(p.vault.connect(p.stranger).claimTo(p.stranger.address, [claim])).to.changeTokenBalance(
      ethers,
      p.token,
      p.stranger,
      p.third,
    );
  });

  it("when the position was sold after the appointment, the claimer is refused", async () => {
    const p = await loadFixture(finalized);
    await p.vault.connect(p.alice).setClaimer(p.alicePosition, p.stranger.address);
    await p.positions.connect(p.alice).transferFrom(p.alice.address, p.bob.address, p.alicePosition);
    await expect(p.vault.connect(p.stranger).claimTo(p.stranger.address, [p.payouts.claimOf(p.alicePosition)]))
      .to.be.revertedWithCustomError(p.vault, "NotClaimer")
      .withArgs(p.alicePosition, p.stranger.address);
  });

  it("when one position of the batch is not the caller's, nothing is paid", async () => {
    const p = await loadFixture(finalized);
    const claims = [p.payouts.claimOf(p.alicePosition), p.payouts.claimOf(p.bobPosition)];
    await expect(p.vault.connect(p.alice).claimTo(p.alice.address, claims))
      .to.be.revertedWithCustomError(p.vault, "NotClaimer")
      .withArgs(p.bobPosition, p.alice.address);
  });
});

describe("setClaimer", () => {
  it("when the caller is not the owner, it reverts", async () => {
    const p = await loadFixture(finalized);
    await expect(p.vault.connect(p.bob).setClaimer(p.alicePosition, p.bob.address))
      .to.be.revertedWithCustomError(p.vault, "NotPositionOwner")
      .withArgs(p.alicePosition, p.bob.address);
  });
});

describe("claims against a false root", () => {
  /** A second epoch, finalised without a challenge, whose root gives Alice's claimed income to Bob again. */
  async function falseRoot() {
    const p = await loadFixture(epochOver);
    const first = payoutsOf({ [`${p.alicePosition}`]: p.pools });
    await settleEpoch(p, first.root);
    await p.vault.claim([first.claimOf(p.alicePosition)]);
    return { ...p, first };
  }

  async function anotherEpoch(p: EpochOver): Promise<{ epoch: bigint; pools: bigint }> {
    const epoch = await startEpoch(p);
    await commitSketches(p, await close(p, 100n * OPEN));
    await time.increaseTo(await p.ledger.epochEnd(epoch));
    await p.ledger.advance(1n);
    return { epoch, pools: await p.ledger.epochPools(epoch) };
  }

  it("when they exceed what was finalised, they revert, and accruals, pools and bonds stay untouched", async () => {
    const p = await loadFixture(falseRoot);
    const { epoch, pools } = await anotherEpoch(p);
    const second = payoutsOf({ [`${p.bobPosition}`]: p.pools + pools });
    await settleEpoch({ ...p, epoch, pools }, second.root);
    await expect(p.vault.claim([second.claimOf(p.bobPosition)]))
      .to.be.revertedWithCustomError(p.vault, "ClaimsExceedPayouts")
      .withArgs(p.pools + pools, pools);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("when a later root lowers a cumulative amount, the position is not asked to give back but cannot claim", async () => {
    const p = await loadFixture(falseRoot);
    const { epoch, pools } = await anotherEpoch(p);
    const lower = payoutsOf({ [`${p.alicePosition}`]: 1n, [`${p.bobPosition}`]: p.pools + pools - 1n });
    await settleEpoch({ ...p, epoch, pools }, lower.root);
    await expect(p.vault.claim([lower.claimOf(p.alicePosition)]))
      .to.be.revertedWithCustomError(p.vault, "CumulativeBelowClaimed")
      .withArgs(p.alicePosition, 1n, p.pools);
  });
});
