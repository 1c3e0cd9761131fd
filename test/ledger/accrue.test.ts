// Direct income of positions, and the ledger's set-up.
import { expect } from "chai";
import { ethers, loadFixture } from "../support/network.ts";
import { anotherLedger, contributed, ledgerOwes, PARAMETERS, protocol } from "../support/protocol.ts";

describe("accrue", () => {
  it("takes the sum from the caller and credits each position", async () => {
    const p = await loadFixture(contributed);
    const paying = p.ledger.connect(p.stranger).accrue([p.alicePosition, p.bobPosition, p.alicePosition], [3n, 4n, 5n]);
    await expect(paying).to.changeTokenBalances(ethers, p.token, [p.stranger, p.ledger], [-12n, 12n]);
    await expect(paying).to.emit(p.ledger, "Accrued").withArgs(p.alicePosition, p.stranger.address, 3n);
    expect(await p.ledger.accruedOf(p.alicePosition)).to.equal(8n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("when a position does not exist, it reverts", async () => {
    const p = await loadFixture(contributed);
    for (const position of [0n, 5n]) {
      await expect(p.ledger.accrue([position], [1n]))
        .to.be.revertedWithCustomError(p.ledger, "UnknownPosition")
        .withArgs(position);
    }
  });

  it("when there is not one amount per position, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(p.ledger.accrue([1n, 2n], [1n]))
      .to.be.revertedWithCustomError(p.ledger, "LengthMismatch")
      .withArgs(2n, 1n);
  });

  it("when the amounts exceed what the books hold, it reverts", async () => {
    const p = await loadFixture(contributed);
    const most = 2n ** 128n - 1n;
    await expect(p.ledger.accrue([1n, 2n], [most, most])).to.be.revertedWithCustomError(p.ledger, "AccruedTooLarge");
  });
});

describe("bind", () => {
  it("when called again, it reverts: the deployer has no right left", async () => {
    const p = await loadFixture(protocol);
    await expect(p.ledger.bind(p.tills, p.models, [])).to.be.revertedWithCustomError(p.ledger, "AlreadyBound");
  });

  it("when anyone but the deployer calls it, or something is missing, it reverts", async () => {
    const p = await loadFixture(protocol);
    const { ledger: fresh } = await anotherLedger(p, p.token);
    await expect(fresh.connect(p.alice).bind(p.tills, p.models, [])).to.be.revertedWithCustomError(
      fresh,
      "NotDeployer",
    );
    await expect(fresh.bind(ethers.ZeroAddress, p.models, [])).to.be.revertedWithCustomError(fresh, "InvalidParameter");
    await expect(fresh.bind(p.tills, ethers.ZeroAddress, [])).to.be.revertedWithCustomError(fresh, "InvalidParameter");
  });

  it("before it, nobody is a till", async () => {
    const p = await loadFixture(protocol);
    const { ledger: fresh } = await anotherLedger(p, p.token);
    await expect(fresh.addPlainIncome(1n, 1n)).to.be.revertedWithCustomError(fresh, "NotTill");
  });
});

describe("RoyaltyLedger deployment", () => {
  it("publishes its parameters", async () => {
    const p = await loadFixture(protocol);
    expect(await p.ledger.parameters()).to.deep.equal(Object.values(PARAMETERS));
    expect(await p.ledger.token()).to.equal(await p.token.getAddress());
    expect(await p.ledger.treasuryPosition()).to.equal(1n);
  });

  const invalid: Record<string, Partial<Record<keyof typeof PARAMETERS, bigint>>> = {
    epochSeconds: { epochSeconds: 0n },
    settlementLifetimeSeconds: { settlementLifetimeSeconds: PARAMETERS.sketchWindowSeconds },
    challengeWindowSeconds: { challengeWindowSeconds: 0n },
  };
  for (const [name, change] of Object.entries(invalid)) {
    it(`when ${name} is out of range, it reverts and names it`, async () => {
      const p = await loadFixture(protocol);
      const factory = await ethers.getContractFactory("RoyaltyLedger");
      await expect(factory.deploy(p.vault, p.attributors, p.governance, p.guardian, { ...PARAMETERS, ...change }))
        .to.be.revertedWithCustomError(factory, "InvalidParameter")
        .withArgs(name);
    });
  }
});
