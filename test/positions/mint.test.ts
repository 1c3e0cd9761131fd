// Royalty positions: who may create them, and what they say about themselves.
import { expect } from "chai";
import { ethers, loadFixture } from "../support/network.ts";
import { actors, contributed, protocol } from "../support/protocol.ts";

async function unbound() {
  const people = await actors();
  const token = await ethers.deployContract("OpenToken", [people.deployer.address]);
  const positions = await ethers.deployContract("RoyaltyPositions", [people.treasury.address, token]);
  return { ...people, positions };
}

describe("RoyaltyPositions", () => {
  it("has the treasury's position from the start, as number 1", async () => {
    const p = await loadFixture(unbound);
    expect(await p.positions.positionCount()).to.equal(1n);
    expect(await p.positions.ownerOf(1n)).to.equal(p.treasury.address);
    expect(await p.positions.positionOf(1n)).to.deep.equal([1n, 0n]);
  });

  describe("bindMinters", () => {
    it("when the deployer calls it once, both registries may mint", async () => {
      const p = await loadFixture(unbound);
      await expect(p.positions.bindMinters(p.alice, p.bob))
        .to.emit(p.positions, "MintersBound")
        .withArgs(p.alice.address, p.bob.address);
      await expect(p.positions.connect(p.alice).mint(p.stranger, 3n, 9n))
        .to.emit(p.positions, "PositionCreated")
        .withArgs(2n, 3n, 9n, p.stranger.address);
      await p.positions.connect(p.bob).mint(p.stranger, 4n, 9n);
      expect(await p.positions.positionCount()).to.equal(3n);
    });

    it("when called again, it reverts: nobody has a role any more", async () => {
      const p = await loadFixture(protocol);
      await expect(p.positions.bindMinters(p.alice, p.bob)).to.be.revertedWithCustomError(p.positions, "AlreadyBound");
    });

    it("when anyone but the deployer calls it, it reverts", async () => {
      const p = await loadFixture(unbound);
      await expect(p.positions.connect(p.alice).bindMinters(p.alice, p.alice))
        .to.be.revertedWithCustomError(p.positions, "NotDeployer")
        .withArgs(p.alice.address);
    });

    it("when a registry is missing, it reverts", async () => {
      const p = await loadFixture(unbound);
      await expect(p.positions.bindMinters(p.alice, ethers.ZeroAddress)).to.be.revertedWithCustomError(
        p.positions,
        "NotMinter",
      );
    });
  });

  it("mints for nobody else, the deployer included", async () => {
    const p = await loadFixture(protocol);
    await expect(p.positions.mint(p.deployer, 4n, 1n))
      .to.be.revertedWithCustomError(p.positions, "NotMinter")
      .withArgs(p.deployer.address);
  });

  it("describes a position in its token URI", async () => {
    const p = await loadFixture(contributed);
    const uri = await p.positions.tokenURI(p.alicePosition);
    const json = JSON.parse(Buffer.from(uri.split(",")[1]!, "base64").toString()) as Record<string, unknown>;
    expect(json["name"]).to.equal("Tributary position 3");
    expect(json["description"]).to.equal(
      "The income of a contributor to datanet 1: whoever owns this token is paid what the royalty ledger owes to position 3.",
    );
    const image = String(json["image"]);
    expect(image).to.match(/^data:image\/svg\+xml;base64,/);
    const svg = Buffer.from(image.split(",")[1]!, "base64").toString();
    for (const text of ["#3", "contributor", "datanet 1"]) expect(svg).to.contain(`>${text}</text>`);
    expect(json["attributes"]).to.deep.equal([
      { trait_type: "kind", value: "contributor" },
      { trait_type: "datanet", display_type: "number", value: 1 },
    ]);
  });

  it("has no URI for a position that does not exist", async () => {
    const p = await loadFixture(unbound);
    await expect(p.positions.tokenURI(2n)).to.be.revertedWithCustomError(p.positions, "TokenDoesNotExist");
  });
});
