// Registering models: split, licences, layout and lineage.
import { expect } from "chai";
import { ethers, loadFixture, time } from "../support/network.ts";
import { anyRoot, contribute, contributed, OPEN, registration, SPLIT, TERMS } from "../support/protocol.ts";

type Contributed = Awaited<ReturnType<typeof contributed>>;

async function register(p: Contributed, overrides: Record<string, unknown> = {}): Promise<bigint> {
  await p.models.connect(p.developer).register(registration(overrides));
  return p.models.versionCount();
}

describe("register", () => {
  it("mints the model and the developer's position, and fixes layout and split", async () => {
    const p = await loadFixture(contributed);
    const registering = p.models.connect(p.developer).register(registration());
    await expect(registering)
      .to.emit(p.models, "VersionRegistered")
      .withArgs(
        1n,
        1n,
        ethers.id("weights"),
        [],
        [[1n, 3n, 92n]],
        Object.values(SPLIT),
        [],
        92n,
        3n * OPEN,
        15n * OPEN,
        registration().royaltyBps,
      );
    expect(await p.models.ownerOf(1n)).to.equal(p.developer.address);
    expect(await p.positions.positionOf(5n)).to.deep.equal([4n, 1n]);
    const version = await p.models.versionOf(1n);
    expect([version.model, version.records, version.parentRecords, version.developerPosition]).to.deep.equal([
      1n,
      92n,
      0n,
      5n,
    ]);
    expect(await p.models.segmentsOf(1n)).to.deep.equal([[1n, 3n, 92n]]);
    expect(await p.models.curatorsOf(1n)).to.deep.equal([[p.curatorPosition], [92n]]);
    expect(await p.models.pricesOf(1n)).to.deep.equal([3n * OPEN, 15n * OPEN]);
    expect(await p.models.tokenURI(1n)).to.equal("ipfs://model");
  });

  it("pays every datanet's licence fee", async () => {
    const p = await loadFixture(contributed);
    const registering = p.models.connect(p.developer).register(registration());
    await expect(registering).to.changeTokenBalance(ethers, p.token, p.developer, -TERMS.licenceFee);
    await expect(registering).to.emit(p.models, "LicencePaid").withArgs(1n, 1n, TERMS.licenceFee);
    expect(await p.token.balanceOf(p.models)).to.equal(0n);
  });

  it("when records are accepted afterwards, the layout stays", async () => {
    const p = await loadFixture(contributed);
    await register(p);
    await contribute(p.datanets.connect(p.alice), 1n, 0n, anyRoot("late", 8n), ethers.id("CC0-1.0"), "");
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(4n);
    expect((await p.models.versionOf(1n)).records).to.equal(92n);
  });

  it("when the split does not total 10,000, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { split: { ...SPLIT, developer: 2_001n } }))
      .to.be.revertedWithCustomError(p.models, "SplitTotal")
      .withArgs(10_001n);
  });

  it("when the treasury's share is out of its range, it reverts", async () => {
    const p = await loadFixture(contributed);
    for (const treasury of [99n, 501n]) {
      await expect(register(p, { split: { ...SPLIT, treasury, developer: 2_200n - treasury } }))
        .to.be.revertedWithCustomError(p.models, "TreasuryShareOutOfRange")
        .withArgs(treasury, 100n, 500n);
    }
  });

  it("grants the stakers their share", async () => {
    const p = await loadFixture(contributed);
    const split = { ...SPLIT, stakers: 400n, developer: 1_600n };
    const version = await register(p, { split });
    expect((await p.models.splitOf(version))[0]).to.deep.equal(Object.values(split));
  });

  it("when a model asks for more than a whole fee, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { royaltyBps: 10_001n }))
      .to.be.revertedWithCustomError(p.models, "RoyaltyTooHigh")
      .withArgs(10_001n);
  });

  it("when the data share is below a datanet's least, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { split: { ...SPLIT, data: 4_999n, developer: 4_001n } }))
      .to.be.revertedWithCustomError(p.models, "DataShareTooLow")
      .withArgs(1n, 5_000n, 4_999n);
  });

  it("when the datanet does not allow training, it reverts", async () => {
    const p = await loadFixture(contributed);
    await p.datanets.createDatanet({ ...TERMS, allowedUses: 6n }, "");
    await expect(register(p, { datanets: [2n] }))
      .to.be.revertedWithCustomError(p.models, "TrainingNotAllowed")
      .withArgs(2n);
  });

  it("when a datanet is named twice, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { datanets: [1n, 1n] }))
      .to.be.revertedWithCustomError(p.models, "DuplicateDatanet")
      .withArgs(1n);
  });

  it("when a datanet has no records, it reverts", async () => {
    const p = await loadFixture(contributed);
    await p.datanets.createDatanet(TERMS, "");
    await expect(register(p, { datanets: [1n, 2n] }))
      .to.be.revertedWithCustomError(p.datanets, "NothingToLicense")
      .withArgs(2n);
  });

  it("when there is nothing to attribute to, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { datanets: [] })).to.be.revertedWithCustomError(p.models, "NoRecords");
  });

  it("when too many datanets are named, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { datanets: Array.from({ length: 33 }, () => 1n) }))
      .to.be.revertedWithCustomError(p.models, "TooManyDatanets")
      .withArgs(33n);
  });

  it("when the datanet or a parent does not exist, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(register(p, { datanets: [7n] })).to.be.revertedWithCustomError(p.datanets, "UnknownDatanet");
    await expect(register(p, { parents: [7n] }))
      .to.be.revertedWithCustomError(p.models, "UnknownVersion")
      .withArgs(7n);
  });
});

describe("registerVersion", () => {
  it("adds a version that keeps the developer's position", async () => {
    const p = await loadFixture(contributed);
    await register(p);
    await p.models.connect(p.developer).registerVersion(1n, registration());
    expect((await p.models.versionOf(2n)).developerPosition).to.equal(5n);
    expect(await p.models.modelCount()).to.equal(1n);
  });

  it("when the caller does not own the model, it reverts", async () => {
    const p = await loadFixture(contributed);
    await register(p);
    await expect(p.models.connect(p.stranger).registerVersion(1n, registration()))
      .to.be.revertedWithCustomError(p.models, "NotModelOwner")
      .withArgs(1n, p.stranger.address);
  });

  it("when the model does not exist, it reverts", async () => {
    const p = await loadFixture(contributed);
    await expect(p.models.registerVersion(3n, registration()))
      .to.be.revertedWithCustomError(p.models, "UnknownModel")
      .withArgs(3n);
  });
});

describe("lineage", () => {
  /** A base at 300 bps, a derived model at 200 bps, both by the developer, each with its own position. */
  async function derived() {
    const p = await loadFixture(contributed);
    const base = await register(p);
    const child = await register(p, {
      parents: [base],
      datanets: [],
      royaltyBps: 200n,
      split: { ...SPLIT, developer: 1_700n },
    });
    return { ...p, base, child, basePosition: 5n, childPosition: 6n };
  }

  it("a derived model owes its parent's developer, and takes over the parent's layout", async () => {
    const p = await loadFixture(derived);
    const [, ancestors] = await p.models.splitOf(p.child);
    expect(ancestors).to.deep.equal([[p.basePosition, 300n]]);
    const version = await p.models.versionOf(p.child);
    expect([version.records, version.parentRecords, version.principalParent]).to.deep.equal([92n, 92n, p.base]);
    expect(await p.models.segmentsOf(p.child)).to.deep.equal([]);
    expect(await p.models.curatorsOf(p.child)).to.deep.equal([[p.curatorPosition], [92n]]);
  });

  it("when a datanet is named that the principal parent's layout holds, it reverts, and another one joins", async () => {
    const p = await loadFixture(derived);
    await p.datanets.createDatanet({ ...TERMS, licenceFee: 0n }, "");
    await contribute(p.datanets.connect(p.bob), 2n, 0n, anyRoot("second", 17n), ethers.id("MIT"), "");
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(4n);
    const split = { ...SPLIT, developer: 1_500n };
    for (const datanets of [[1n], [2n, 1n]]) {
      await expect(register(p, { parents: [p.child], datanets, split }))
        .to.be.revertedWithCustomError(p.models, "DatanetInherited")
        .withArgs(1n);
    }
    const joined = await register(p, { parents: [p.child], datanets: [2n], split });
    expect((await p.models.versionOf(joined)).records).to.equal(109n);
  });

  it("when only a further parent's layout holds it, a named datanet joins the layout", async () => {
    const p = await loadFixture(derived);
    await p.datanets.createDatanet({ ...TERMS, licenceFee: 0n }, "");
    await contribute(p.datanets.connect(p.bob), 2n, 0n, anyRoot("second", 17n), ethers.id("MIT"), "");
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(4n);
    const other = await register(p, { datanets: [2n], royaltyBps: 0n });
    const split = { ...SPLIT, developer: 1_700n };
    const joined = await register(p, { parents: [other, p.base], datanets: [1n], split });
    expect(await p.models.curatorsOf(joined)).to.deep.equal([
      [await p.datanets.curatorPositionOf(2n), p.curatorPosition],
      [17n, 92n],
    ]);
  });

  it("owes the whole line of descent, the nearest first", async () => {
    const p = await loadFixture(derived);
    expect(await p.models.ancestorsFor([p.child])).to.deep.equal([
      [p.childPosition, 200n],
      [p.basePosition, 300n],
    ]);
  });

  it("when a position is reached twice, it is owed once, at the highest rate", async () => {
    const p = await loadFixture(derived);
    expect(await p.models.ancestorsFor([p.child, p.base])).to.deep.equal([
      [p.childPosition, 200n],
      [p.basePosition, 300n],
    ]);
    await p.models.connect(p.developer).registerVersion(1n, registration({ royaltyBps: 450n }));
    expect(await p.models.ancestorsFor([p.base, 3n])).to.deep.equal([[p.basePosition, 450n]]);
  });

  it("when the split leaves out the ancestors, it reverts", async () => {
    const p = await loadFixture(derived);
    await expect(register(p, { parents: [p.child], datanets: [] }))
      .to.be.revertedWithCustomError(p.models, "SplitTotal")
      .withArgs(10_500n);
  });

  it("when a parent asks for no royalty, it is no ancestor", async () => {
    const p = await loadFixture(contributed);
    await register(p, { royaltyBps: 0n });
    expect(await p.models.ancestorsFor([1n])).to.deep.equal([]);
  });

  it("when there are more than 16 ancestors, it reverts", async () => {
    const p = await loadFixture(contributed);
    const parents: bigint[] = [];
    for (let count = 0; count < 17; count++) parents.push(await register(p, { royaltyBps: 1n }));
    expect(await p.models.ancestorsFor(parents.slice(0, 16))).to.have.length(16);
    await expect(p.models.ancestorsFor(parents))
      .to.be.revertedWithCustomError(p.models, "TooManyAncestors")
      .withArgs(17n);
  });

  it("when the child's data share is below the least of an inherited datanet, it reverts", async () => {
    const p = await loadFixture(derived);
    const split = { ...SPLIT, data: 4_000n, developer: 4_700n };
    await expect(register(p, { parents: [p.base], datanets: [], split })).to.be.revertedWithCustomError(
      p.models,
      "DataShareTooLow",
    );
  });
});
