// Attacks through the expiry of income, which anyone may call.
import { expect } from "chai";
import { loadFixture, time } from "../support/network.ts";
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
});
