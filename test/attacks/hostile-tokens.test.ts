// Attacks through the token: fees on transfer, and calls back into the contracts while money moves.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { hostileEpoch, hostileModel } from "../support/hostile-epoch.ts";
import { ethers, loadFixture, time } from "../support/network.ts";
import { accruedOnly } from "../support/payouts.ts";
import { anyRoot, contribute, deployOver, ledgerOwes, METHOD, PARAMETERS, registration } from "../support/protocol.ts";

async function armed() {
  const token = await ethers.deployContract("HostileToken");
  const p = await hostileModel(await deployOver(token), token);
  return { ...p, token };
}

/** Arms the token with a call that would profit from half-written books. */
async function attack(p: Awaited<ReturnType<typeof armed>>, target: { getAddress(): Promise<string> }, data: string) {
  await p.token.arm(target, data);
}

describe("a token that calls back", () => {
  const REENTRANT = ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10);

  it("cannot claim again while a claim pays out", async () => {
    const p = await loadFixture(armed);
    await p.ledger.accrue([3n], [100n]);
    const before = await p.token.balanceOf(p.deployer);
    await attack(p, p.vault, p.vault.interface.encodeFunctionData("claim", [[accruedOnly(3n)]]));
    await p.vault.claim([accruedOnly(3n)]);
    expect([await p.token.wasRefused(), await p.token.refusal()]).to.deep.equal([true, REENTRANT]);
    expect((await p.token.balanceOf(p.deployer)) - before).to.equal(100n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("cannot finalise or propose while a bond is taken or returned", async () => {
    const token = await ethers.deployContract("HostileToken");
    const p = await hostileEpoch(await deployOver(token), token);
    await time.increase(PARAMETERS.challengeWindowSeconds);
    await token.arm(p.ledger, p.ledger.interface.encodeFunctionData("returnBond", [p.epoch, 0n]));
    await p.ledger.finalize(p.epoch);
    expect([await token.wasRefused(), await token.refusal()]).to.deep.equal([true, REENTRANT]);
    expect(await token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("cannot close a till twice for the same money", async () => {
    const p = await loadFixture(armed);
    await p.token.transfer(p.till, 1_000n);
    await attack(p, p.till, p.till.interface.encodeFunctionData("closePlain", [1n]));
    await p.till.connect(p.gateway).close(1n, anyRoot("r", 1_000n), 1n, ZeroHash);
    expect([await p.token.wasRefused(), await p.token.refusal()]).to.deep.equal([true, REENTRANT]);
    expect(await p.token.balanceOf(p.till)).to.equal(0n);
  });

  it("cannot accept or collect while a bond is taken", async () => {
    const p = await loadFixture(armed);
    await p.datanets.payLicence(1n, 1_000n);
    await attack(p, p.datanets, p.datanets.interface.encodeFunctionData("collectLicenceIncome", [1n]));
    await contribute(p.datanets, 1n, 0n, anyRoot("x", 1n), ZeroHash, "");
    expect([await p.token.wasRefused(), await p.token.refusal()]).to.deep.equal([true, REENTRANT]);
    expect(await p.token.balanceOf(p.datanets)).to.equal(await p.datanets.owed());
  });

  it("cannot take an index bond back while it is paid", async () => {
    const p = await loadFixture(armed);
    await p.models.register(registration());
    await attack(p, p.models, p.models.interface.encodeFunctionData("returnIndexBond", [1n]));
    await p.models.commitIndex(2n, METHOD, anyRoot("i", 10n), ZeroHash);
    expect([await p.token.wasRefused(), await p.token.refusal()]).to.deep.equal([true, REENTRANT]);
    expect(await p.token.balanceOf(p.models)).to.equal(await p.models.owed());
  });
});

describe("a token that keeps a fee", () => {
  async function feeToken() {
    const token = await ethers.deployContract("FeeToken");
    const p = await deployOver(token);
    await token.approve(p.ledger, ethers.MaxUint256);
    await token.setFee(100n);
    return { ...p, token };
  }

  it("is refused by the ledger", async () => {
    const p = await loadFixture(feeToken);
    await expect(p.ledger.accrue([1n], [1_000n]))
      .to.be.revertedWithCustomError(p.ledger, "AmountMismatch")
      .withArgs(1_000n, 990n);
  });
});
