// Attacks on shares of a position through the order of transactions and through proofs, with income by attribution.
import { expect } from "chai";
import { ethers, loadFixture } from "../support/network.ts";
import { accruedOnly, payoutsOf } from "../support/payouts.ts";
import { epochOver, settleEpoch } from "../support/protocol.ts";
import { lock } from "../support/shares.ts";

/** Alice locked her position and sold a quarter of its income to Bob; then an epoch attributed her 900 and Bob's own position the rest. */
async function attributed() {
  const p = await loadFixture(epochOver);
  const { shares } = await lock(p, p.alice, p.alicePosition);
  await shares.connect(p.alice).transfer(p.bob, 250n);
  const payouts = payoutsOf({ [p.alicePosition.toString()]: 900n, [p.bobPosition.toString()]: p.pools - 900n });
  await settleEpoch(p, payouts.root);
  return { ...p, shares, payouts };
}

describe("shares of income by attribution", () => {
  it("when a stranger collects with the public proof, the holders are paid in proportion", async () => {
    const p = await loadFixture(attributed);
    await p.shares.connect(p.stranger).collect(0n, p.payouts.claimOf(p.alicePosition));
    await expect(p.shares.connect(p.stranger).claimIncome(p.alice)).to.changeTokenBalance(
      ethers,
      p.token,
      p.alice,
      675n,
    );
    await expect(p.shares.connect(p.stranger).claimIncome(p.bob)).to.changeTokenBalance(ethers, p.token, p.bob, 225n);
  });

  it("when a seller's transfer is front-run by a claim past the shares, the income is the seller's", async () => {
    const p = await loadFixture(attributed);
    await p.vault.connect(p.stranger).claim([p.payouts.claimOf(p.alicePosition)]);
    await p.shares.connect(p.alice).transfer(p.stranger, 750n);
    expect(await p.shares.incomeOf(p.alice, p.token)).to.equal(675n);
    expect(await p.shares.incomeOf(p.stranger, p.token)).to.equal(0n);
  });

  it("when a proof is used again, or is another position's, it brings in nothing", async () => {
    const p = await loadFixture(attributed);
    const claim = p.payouts.claimOf(p.alicePosition);
    await p.shares.collect(0n, claim);
    expect(await p.shares.collect.staticCall(0n, claim)).to.equal(0n);
    await expect(p.shares.collect(0n, p.payouts.claimOf(p.bobPosition)))
      .to.be.revertedWithCustomError(p.shares, "WrongPosition")
      .withArgs(p.bobPosition, p.alicePosition);
    await expect(p.shares.collect(0n, { ...claim, cumulative: 901n })).to.be.revertedWithCustomError(
      p.vault,
      "InvalidClaim",
    );
  });

  it("when the former owner redirects the income, the vault refuses", async () => {
    const p = await loadFixture(attributed);
    const claim = p.payouts.claimOf(p.alicePosition);
    await expect(p.vault.connect(p.alice).claimTo(p.alice, [claim]))
      .to.be.revertedWithCustomError(p.vault, "NotClaimer")
      .withArgs(p.alicePosition, p.alice.address);
    await expect(p.vault.connect(p.alice).setClaimer(p.alicePosition, p.alice))
      .to.be.revertedWithCustomError(p.vault, "NotPositionOwner")
      .withArgs(p.alicePosition, p.alice.address);
  });

  it("when a claim is batched with others' positions, the shares get theirs alone", async () => {
    const p = await loadFixture(attributed);
    await p.ledger.connect(p.developer).accrue([p.alicePosition, p.bobPosition], [100n, 40n]);
    await p.vault.claim([accruedOnly(p.alicePosition), accruedOnly(p.bobPosition), accruedOnly(p.alicePosition)]);
    expect(await p.shares.incomeOf(p.alice, p.token)).to.equal(75n);
    expect(await p.shares.incomeOf(p.bob, p.token)).to.equal(25n);
  });
});
