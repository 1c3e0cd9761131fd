// Committing attribution indexes under a bond.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { ethers, loadFixture, time } from "../support/network.ts";
import {
  anyRoot,
  contributed,
  deployOver,
  INDEX_BOND,
  INDEX_WINDOW,
  METHOD,
  MODEL_PARAMETERS,
  registration,
} from "../support/protocol.ts";

async function registered() {
  const p = await loadFixture(contributed);
  await p.models.connect(p.developer).register(registration());
  return { ...p, index: anyRoot("index", p.records) };
}

describe("commitIndex", () => {
  it("takes the bond, and makes the index usable after its window", async () => {
    const p = await loadFixture(registered);
    expect(await p.models.indexStatus(1n)).to.equal(0n);
    const commit = p.models.connect(p.developer).commitIndex(1n, METHOD, p.index, ethers.id("bundle"));
    await expect(commit).to.changeTokenBalances(ethers, p.token, [p.developer, p.models], [-INDEX_BOND, INDEX_BOND]);
    await expect(commit).to.emit(p.models, "IndexCommitted");
    expect(await p.models.indexStatus(1n)).to.equal(1n);
    expect(await p.models.owed()).to.equal(INDEX_BOND);
    await time.increase(INDEX_WINDOW);
    expect(await p.models.indexStatus(1n)).to.equal(2n);
    expect((await p.models.indexOf(1n)).hash).to.equal(p.index.hash);
    expect(await p.models.methodOf(1n)).to.deep.equal(Object.values(METHOD));
  });

  it("when there is one, it reverts: an index is final", async () => {
    const p = await loadFixture(registered);
    await p.models.connect(p.developer).commitIndex(1n, METHOD, p.index, ZeroHash);
    await expect(p.models.connect(p.developer).commitIndex(1n, METHOD, p.index, ZeroHash))
      .to.be.revertedWithCustomError(p.models, "IndexExists")
      .withArgs(1n);
  });

  it("when its sum is not the layout's record count, it reverts", async () => {
    const p = await loadFixture(registered);
    await expect(p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", 91n), ZeroHash))
      .to.be.revertedWithCustomError(p.models, "IndexCountMismatch")
      .withArgs(91n, 92n);
    await expect(
      p.models.connect(p.developer).commitIndex(1n, METHOD, { hash: ZeroHash, sum: 92n }, ZeroHash),
    ).to.be.revertedWithCustomError(p.models, "EmptyIndexRoot");
  });

  it("when the caller does not own the model, it reverts", async () => {
    const p = await loadFixture(registered);
    await expect(p.models.connect(p.stranger).commitIndex(1n, METHOD, p.index, ZeroHash)).to.be.revertedWithCustomError(
      p.models,
      "NotModelOwner",
    );
  });

  it("when the version does not exist, it reverts", async () => {
    const p = await loadFixture(registered);
    await expect(p.models.commitIndex(2n, METHOD, p.index, ZeroHash)).to.be.revertedWithCustomError(
      p.models,
      "UnknownVersion",
    );
  });

  const invalid: Record<string, Partial<typeof METHOD>[]> = {
    k: [{ k: 0n }, { k: 48n }, { k: 4_128n }],
    topK: [{ topK: 0n }, { topK: 257n }],
    debitFactor: [{ debitFactor: 257n }],
    delta: [{ delta: 0n }, { delta: METHOD.tau + 1n }],
  };
  for (const [field, changes] of Object.entries(invalid)) {
    it(`when the method's ${field} is out of range, it reverts and names it`, async () => {
      const p = await loadFixture(registered);
      for (const change of changes) {
        await expect(p.models.connect(p.developer).commitIndex(1n, { ...METHOD, ...change }, p.index, ZeroHash))
          .to.be.revertedWithCustomError(p.models, "InvalidMethod")
          .withArgs(field);
      }
    });
  }
});

describe("returnIndexBond", () => {
  it("returns the bond to the committer after the window, once", async () => {
    const p = await loadFixture(registered);
    await p.models.connect(p.developer).commitIndex(1n, METHOD, p.index, ZeroHash);
    await time.increase(INDEX_WINDOW);
    await expect(p.models.connect(p.stranger).returnIndexBond(1n)).to.changeTokenBalance(
      ethers,
      p.token,
      p.developer,
      INDEX_BOND,
    );
    expect(await p.models.owed()).to.equal(0n);
    await expect(p.models.returnIndexBond(1n)).to.be.revertedWithCustomError(p.models, "NoIndexBondHeld");
  });

  it("when the window is open, or there is no index, it reverts", async () => {
    const p = await loadFixture(registered);
    await expect(p.models.returnIndexBond(1n)).to.be.revertedWithCustomError(p.models, "NoIndex");
    await p.models.connect(p.developer).commitIndex(1n, METHOD, p.index, ZeroHash);
    await expect(p.models.returnIndexBond(1n)).to.be.revertedWithCustomError(p.models, "IndexWindowOpen");
  });
});

describe("ModelRegistry deployment", () => {
  it("when a parameter is out of range, it reverts and names it", async () => {
    const token = await ethers.deployContract("FeeToken");
    const { datanets, positions, governance } = await deployOver(token);
    const factory = await ethers.getContractFactory("ModelRegistry");
    for (const [name, change] of [
      ["treasuryLeastBps", { treasuryLeastBps: 501n }],
      ["treasuryMostBps", { treasuryMostBps: 2_001n }],
      ["indexBond", { indexBond: MODEL_PARAMETERS.mostIndexBond + 1n }],
      ["indexWindowSeconds", { indexWindowSeconds: 0n }],
    ] as const) {
      await expect(factory.deploy(token, datanets, positions, governance, { ...MODEL_PARAMETERS, ...change }))
        .to.be.revertedWithCustomError(factory, "InvalidParameter")
        .withArgs(name);
    }
    await expect(factory.deploy(token, datanets, positions, ethers.ZeroAddress, MODEL_PARAMETERS))
      .to.be.revertedWithCustomError(factory, "InvalidParameter")
      .withArgs("governance");
  });
});
