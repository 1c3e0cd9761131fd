// Attacks through the expiry of income, which anyone may call.
import { expect } from "chai";
import { ethers, loadFixture, time } from "../support/network.ts";
import { close, modelled, PARAMETERS } from "../support/protocol.ts";

describe("expiry", () => {
  it("when a stranger expires a settlement, the event does not say that the stranger paid", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p, 100n);
    await time.increase(PARAMETERS.settlementLifetimeSeconds);
    await expect(p.ledger.connect(p.stranger).expire(settlement))
      .to.emit(p.ledger, "Accrued")
      .withArgs(1n, await p.ledger.getAddress(), 70n);
  });

  it("a stranger's old dust does not expire the plain income that just came in", async () => {
    const p = await loadFixture(modelled);
    await p.tills.createTill(1n, p.stranger);
    const { predicted } = await p.tills.tillOf(1n, p.stranger);
    await p.token.transfer(predicted, 2n);
    await (await ethers.getContractAt("ModelTill", predicted)).connect(p.stranger).closePlain(p.version);
    await time.increase(PARAMETERS.settlementLifetimeSeconds);

    await p.token.transfer(p.till, 1_000n);
    await p.till.connect(p.gateway).closePlain(p.version);
    await expect(p.ledger.connect(p.stranger).expirePlainIncome(p.version)).to.be.revertedWithCustomError(
      p.ledger,
      "PlainIncomeNotExpired",
    );
    await time.increase(PARAMETERS.settlementLifetimeSeconds);
    await expect(p.ledger.expirePlainIncome(p.version))
      .to.emit(p.ledger, "PlainIncomeExpired")
      .withArgs(p.version, 702n);
  });
});
