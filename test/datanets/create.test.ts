// Creating datanets: their terms and their curators.
import { expect } from "chai";
import { ethers, loadFixture } from "../support/network.ts";
import { protocol, TERMS } from "../support/protocol.ts";

describe("createDatanet", () => {
  it("mints the datanet and the curator's position to the caller", async () => {
    const p = await loadFixture(protocol);
    await expect(p.datanets.connect(p.curator).createDatanet(TERMS, "ipfs://x"))
      .to.emit(p.datanets, "DatanetCreated")
      .withArgs(1n, p.curator.address, 2n, Object.values(TERMS), "ipfs://x");
    expect(await p.datanets.ownerOf(1n)).to.equal(p.curator.address);
    expect(await p.datanets.curatorPositionOf(1n)).to.equal(2n);
    expect(await p.datanets.tokenURI(1n)).to.equal("ipfs://x");
    expect(await p.datanets.termsOf(1n)).to.deep.equal(Object.values(TERMS));
    expect(await p.datanets.datanetCount()).to.equal(1n);
  });

  const invalid: Record<string, Partial<typeof TERMS>[]> = {
    reviewWindowSeconds: [{ reviewWindowSeconds: 59n }, { reviewWindowSeconds: 86_401n }],
    leastDataShareBps: [{ leastDataShareBps: 10_001n }],
    curatorCutBps: [{ curatorCutBps: 10_001n }],
    mistakeBps: [{ mistakeBps: 3_001n }],
    negligenceBps: [{ negligenceBps: 9_000n, maliceBps: 8_999n }],
    maliceBps: [{ maliceBps: 10_001n }],
    allowedUses: [{ allowedUses: 0n }, { allowedUses: 8n }],
  };
  for (const [field, changes] of Object.entries(invalid)) {
    it(`when ${field} is out of range, it reverts and names it`, async () => {
      const p = await loadFixture(protocol);
      for (const change of changes) {
        await expect(p.datanets.createDatanet({ ...TERMS, ...change }, ""))
          .to.be.revertedWithCustomError(p.datanets, "InvalidTerms")
          .withArgs(field);
      }
    });
  }

  it("cannot be deployed with an empty range of review windows", async () => {
    const p = await loadFixture(protocol);
    const factory = await ethers.getContractFactory("DatanetRegistry");
    for (const [least, most] of [
      [0n, 1n],
      [2n, 1n],
    ] as const) {
      await expect(factory.deploy(p.ledger, p.positions, least, most)).to.be.revertedWithCustomError(
        factory,
        "InvalidTerms",
      );
    }
  });

  it("has no terms, curator or acceptances of a datanet that does not exist", async () => {
    const p = await loadFixture(protocol);
    for (const call of [p.datanets.termsOf(1n), p.datanets.curatorPositionOf(1n), p.datanets.acceptedOf(1n)]) {
      await expect(call).to.be.revertedWithCustomError(p.datanets, "UnknownDatanet").withArgs(1n);
    }
  });
});
