// Contributing under a bond, and acceptance in the order of contributions.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { ethers, loadFixture, time } from "../support/network.ts";
import { anyRoot, contribute, contributed, deployOver, OPEN, protocol, TERMS } from "../support/protocol.ts";

const LICENCE = ethers.id("CC0-1.0");

async function created() {
  const p = await loadFixture(protocol);
  await p.datanets.connect(p.curator).createDatanet(TERMS, "");
  return p;
}

describe("contribute", () => {
  it("takes the bond per record and remembers the contribution", async () => {
    const p = await loadFixture(created);
    const root = anyRoot("content", 40n);
    const contribution = contribute(p.datanets.connect(p.alice), 1n, 4n, root, LICENCE, "ipfs://c");
    await expect(contribution).to.changeTokenBalances(ethers, p.token, [p.alice, p.datanets], [-120n, 120n]);
    await expect(contribution)
      .to.emit(p.datanets, "ContributionMade")
      .withArgs(1n, 1n, p.alice.address, 4n, [root.hash, 40n], LICENCE, 120n, "ipfs://c");
    const { status, recordCount, contributor, bond } = await p.datanets.contributionOf(1n);
    expect([status, recordCount, contributor, bond]).to.deep.equal([1n, 40n, p.alice.address, 120n]);
    expect(await p.datanets.owed()).to.equal(120n);
    expect(await p.datanets.positionOf(1n)).to.equal(0n);
  });

  it("when the record count is none or more than a tree holds, it reverts", async () => {
    const p = await loadFixture(created);
    for (const sum of [0n, 2n ** 24n + 1n, 2n ** 128n - 1n]) {
      await expect(contribute(p.datanets, 1n, 0n, anyRoot("x", sum), LICENCE, ""))
        .to.be.revertedWithCustomError(p.datanets, "RecordCountOutOfRange")
        .withArgs(sum);
    }
  });

  it("when the root is that of an empty tree, it reverts", async () => {
    const p = await loadFixture(created);
    await expect(
      contribute(p.datanets, 1n, 0n, { hash: ZeroHash, sum: 1n }, LICENCE, ""),
    ).to.be.revertedWithCustomError(p.datanets, "EmptyContentRoot");
  });

  it("when the datanet does not exist, it reverts", async () => {
    const p = await loadFixture(created);
    await expect(contribute(p.datanets, 2n, 0n, anyRoot("x", 1n), LICENCE, "")).to.be.revertedWithCustomError(
      p.datanets,
      "UnknownDatanet",
    );
  });

  it("when the token keeps a part of the bond, it reverts", async () => {
    const token = await ethers.deployContract("FeeToken");
    const { datanets } = await deployOver(token);
    await token.approve(datanets, ethers.MaxUint256);
    await token.setFee(5_000n);
    await datanets.createDatanet(TERMS, "");
    await expect(contribute(datanets, 1n, 0n, anyRoot("x", 10n), LICENCE, ""))
      .to.be.revertedWithCustomError(datanets, "BondMismatch")
      .withArgs(30n, 15n);
  });
});

describe("accept", () => {
  async function pending() {
    const p = await loadFixture(created);
    await contribute(p.datanets.connect(p.alice), 1n, 0n, anyRoot("a", 10n), LICENCE, "");
    await contribute(p.datanets.connect(p.bob), 1n, 0n, anyRoot("b", 20n), LICENCE, "");
    await contribute(p.datanets.connect(p.alice), 1n, 0n, anyRoot("c", 5n), LICENCE, "");
    return p;
  }

  it("when the window has passed, anyone may call: the bond returns and the contributor gets a position", async () => {
    const p = await loadFixture(pending);
    await time.increase(TERMS.reviewWindowSeconds);
    const acceptance = p.datanets.connect(p.stranger).accept(1n);
    await expect(acceptance).to.changeTokenBalances(ethers, p.token, [p.alice, p.datanets], [30n, -30n]);
    await expect(acceptance).to.emit(p.datanets, "ContributionAccepted").withArgs(1n, 1n, 3n, 0n, 0n);
    await expect(acceptance).to.emit(p.datanets, "BondReturned").withArgs(1n, p.alice.address, 30n);
    expect(await p.positions.ownerOf(3n)).to.equal(p.alice.address);
    expect(await p.datanets.positionOf(3n)).to.equal(3n);
  });

  it("lists accepted contributions with the records before each", async () => {
    const p = await loadFixture(pending);
    await time.increase(TERMS.reviewWindowSeconds);
    for (const id of [1n, 2n, 3n]) await p.datanets.accept(id);
    expect(await p.datanets.acceptedOf(1n)).to.deep.equal([3n, 35n]);
    expect(await p.datanets.acceptedAt(1n, 1n)).to.deep.equal([2n, 10n]);
    expect(await p.datanets.acceptedAt(1n, 2n)).to.deep.equal([3n, 30n]);
    expect(await p.positions.positionCount(), "one position per contributor").to.equal(4n);
    await expect(p.datanets.acceptedAt(1n, 3n))
      .to.be.revertedWithCustomError(p.datanets, "PlaceOutOfRange")
      .withArgs(1n, 3n, 3n);
  });

  it("when the window is open, it reverts", async () => {
    const p = await loadFixture(pending);
    const { contributedAt } = await p.datanets.contributionOf(1n);
    await expect(p.datanets.accept(1n))
      .to.be.revertedWithCustomError(p.datanets, "ReviewWindowOpen")
      .withArgs(1n, contributedAt + TERMS.reviewWindowSeconds);
  });

  it("when an earlier one is pending, it reverts: nobody jumps the order of the index", async () => {
    const p = await loadFixture(pending);
    await time.increase(TERMS.reviewWindowSeconds);
    await expect(p.datanets.connect(p.bob).accept(2n))
      .to.be.revertedWithCustomError(p.datanets, "EarlierContributionPending")
      .withArgs(2n, 1n);
  });

  it("when it was accepted before, it reverts", async () => {
    const p = await loadFixture(pending);
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(1n);
    await expect(p.datanets.accept(1n))
      .to.be.revertedWithCustomError(p.datanets, "ContributionNotPending")
      .withArgs(1n);
  });

  it("when it does not exist, it reverts", async () => {
    const p = await loadFixture(pending);
    await expect(p.datanets.accept(9n)).to.be.revertedWithCustomError(p.datanets, "UnknownContribution").withArgs(9n);
    await expect(p.datanets.contributionOf(9n)).to.be.revertedWithCustomError(p.datanets, "UnknownContribution");
  });

  it("when the contributor cannot receive tokens, it is accepted all the same and the bond can be returned later", async () => {
    const token = await ethers.deployContract("HostileToken");
    const p = await deployOver(token);
    await token.approve(p.datanets, ethers.MaxUint256);
    await p.datanets.createDatanet(TERMS, "");
    await contribute(p.datanets, 1n, 0n, anyRoot("x", 10n), LICENCE, "");
    await token.refuse(p.deployer, true);
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(1n);
    expect(await p.datanets.owed()).to.equal(30n);
    await expect(p.datanets.returnBond(1n)).to.be.revertedWithCustomError(p.datanets, "BondNotReceivable").withArgs(1n);
    await token.refuse(p.deployer, false);
    await expect(p.datanets.returnBond(1n)).to.changeTokenBalance(ethers, token, p.deployer, 30n);
    expect(await p.datanets.owed()).to.equal(0n);
  });

  it("when the bond is returned, it is not returned again", async () => {
    const p = await loadFixture(contributed);
    await expect(p.datanets.returnBond(1n)).to.be.revertedWithCustomError(p.datanets, "NothingToReturn");
  });
});

describe("licence income", () => {
  it("goes to the curator at once by their cut, and to contributions by record, to the unit", async () => {
    const p = await loadFixture(contributed);
    const fee = 1_000n * OPEN + 7n;
    const cut = (fee * TERMS.curatorCutBps) / 10_000n;
    const payment = p.datanets.connect(p.stranger).payLicence(1n, fee);
    await expect(payment)
      .to.emit(p.datanets, "LicenceIncome")
      .withArgs(1n, p.stranger.address, cut, fee - cut);
    expect(await p.ledger.accruedOf(p.curatorPosition)).to.equal(cut);

    const perRecord = (fee - cut) / p.records;
    expect(await p.datanets.licenceIncomeOf(1n)).to.equal(30n * perRecord);
    await expect(p.datanets.collectLicenceIncome(1n))
      .to.emit(p.datanets, "LicenceIncomeCollected")
      .withArgs(1n, p.alicePosition, 30n * perRecord);
    await p.datanets.collectLicenceIncome(2n);
    await p.datanets.collectLicenceIncome(3n);
    expect(await p.ledger.accruedOf(p.alicePosition)).to.equal(42n * perRecord);
    expect(await p.ledger.accruedOf(p.bobPosition)).to.equal(50n * perRecord);
    const remainder = (fee - cut) % p.records;
    expect(await p.datanets.owed()).to.equal(remainder);
    expect(await p.token.balanceOf(p.datanets)).to.equal(remainder);
  });

  it("keeps what is too little to divide for the next payment", async () => {
    const p = await loadFixture(contributed);
    for (let paid = 0; paid < 92; paid++) await p.datanets.connect(p.stranger).payLicence(1n, 1n);
    expect(await p.datanets.licenceIncomeOf(1n)).to.equal(30n);
    expect(await p.datanets.owed()).to.equal(92n);
  });

  it("is not shared with contributions that are accepted later", async () => {
    const p = await loadFixture(contributed);
    await p.datanets.connect(p.stranger).payLicence(1n, 92_000n);
    await contribute(p.datanets.connect(p.bob), 1n, 0n, anyRoot("late", 1_000n), LICENCE, "");
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(4n);
    expect(await p.datanets.licenceIncomeOf(4n)).to.equal(0n);
  });

  it("when nothing has come in since, collecting does nothing", async () => {
    const p = await loadFixture(contributed);
    await expect(p.datanets.collectLicenceIncome(1n)).not.to.emit(p.datanets, "LicenceIncomeCollected");
  });

  it("when the contribution is not accepted, collecting reverts", async () => {
    const p = await loadFixture(contributed);
    await contribute(p.datanets.connect(p.bob), 1n, 0n, anyRoot("late", 1n), LICENCE, "");
    await expect(p.datanets.collectLicenceIncome(4n))
      .to.be.revertedWithCustomError(p.datanets, "ContributionNotAccepted")
      .withArgs(4n);
  });

  it("when the datanet has no records, paying reverts", async () => {
    const p = await loadFixture(created);
    await expect(p.datanets.payLicence(1n, 1n))
      .to.be.revertedWithCustomError(p.datanets, "NothingToLicense")
      .withArgs(1n);
  });
});
