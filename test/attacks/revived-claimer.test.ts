// Attacks by a claimer whose appointment has ended: it must not revive when the owner gets the position back.
import { expect } from "chai";
import { ethers, loadFixture } from "../support/network.ts";
import { accruedOnly } from "../support/payouts.ts";
import { modelled } from "../support/protocol.ts";

describe("a claimer of a position that went away and came back", () => {
  it("is refused, until the owner appoints again", async () => {
    const p = await loadFixture(modelled);
    const claim = () => p.vault.connect(p.stranger).claimTo(p.stranger, [accruedOnly(p.alicePosition)]);
    await p.vault.connect(p.alice).setClaimer(p.alicePosition, p.stranger);
    await p.positions.connect(p.alice).transferFrom(p.alice, p.bob, p.alicePosition);
    await p.positions.connect(p.bob).transferFrom(p.bob, p.alice, p.alicePosition);
    await p.ledger.connect(p.developer).accrue([p.alicePosition], [5n]);
    await expect(claim())
      .to.be.revertedWithCustomError(p.vault, "NotClaimer")
      .withArgs(p.alicePosition, p.stranger.address);

    await p.vault.connect(p.alice).setClaimer(p.alicePosition, p.stranger);
    await expect(claim()).to.changeTokenBalance(ethers, p.token, p.stranger, 5n);
  });
});
