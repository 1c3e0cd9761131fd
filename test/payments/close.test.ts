// Tills: their addresses, and the division of what they received.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { splitFee } from "@tributary/protocol/fee";
import { splitByWeights } from "@tributary/protocol/split";
import { receiptHash, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { hashTypedData } from "viem";
import { ethers, loadFixture } from "../support/network.ts";
import {
  anotherLedger,
  anyRoot,
  close,
  contribute,
  contributed,
  INDEX_WINDOW,
  ledgerOwes,
  METHOD,
  type Modelled,
  modelled,
  OPEN,
  registration,
  SPLIT,
  STAKING_PARAMETERS,
  TERMS,
} from "../support/protocol.ts";
import { time } from "../support/network.ts";

/** Kind of the pool of those who stake on a model. */
const MODEL_POOL = 4n;

const NUMBERS = Object.fromEntries(Object.entries(SPLIT).map(([name, bps]) => [name, Number(bps)])) as Record<
  keyof typeof SPLIT,
  number
>;

describe("createTill", () => {
  it("clones the till at the address that was known before", async () => {
    const p = await loadFixture(contributed);
    await p.models.connect(p.developer).register(registration());
    const { predicted, exists } = await p.tills.tillOf(1n, p.gateway);
    expect(exists).to.equal(false);
    await expect(p.tills.connect(p.stranger).createTill(1n, p.gateway))
      .to.emit(p.tills, "TillCreated")
      .withArgs(predicted, 1n, p.gateway.address);
    expect(await p.tills.isTill(predicted)).to.equal(true);
    const till = await ethers.getContractAt("ModelTill", predicted);
    expect([await till.model(), await till.gateway()]).to.deep.equal([1n, p.gateway.address]);
  });

  it("when it exists, the model does not, or no gateway is given, it reverts", async () => {
    const p = await loadFixture(modelled);
    await expect(p.tills.createTill(1n, p.gateway)).to.be.revertedWithCustomError(p.tills, "TillExists");
    for (const model of [0n, 2n]) {
      await expect(p.tills.createTill(model, p.gateway)).to.be.revertedWithCustomError(p.models, "UnknownModel");
    }
    await expect(p.tills.createTill(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(p.tills, "ZeroGateway");
  });
});

describe("close", () => {
  it("divides the fee as the TypeScript twin does, to the unit", async () => {
    const p = await loadFixture(modelled);
    const fees = [1n, 2n, 49n, 9_999n, 10_001n, 1_000n * OPEN + 1n, 123_456_789_012_345_678_901n];
    for (const fee of fees) {
      const parts = splitFee(fee, { ...NUMBERS, ancestors: [] });
      await p.token.transfer(p.till, fee);
      const closing = p.till.connect(p.gateway).close(p.version, anyRoot(`r${fee}`, fee), 3n, ZeroHash);
      await expect(closing)
        .to.emit(p.till, "FeeSplit")
        .withArgs(p.version, parts.treasury, parts.gateway, 0n, parts.curators, 0n, parts.developer, parts.data);
      await expect(closing).to.changeTokenBalances(
        ethers,
        p.token,
        [p.till, p.gateway, p.ledger],
        [-fee, parts.gateway, fee - parts.gateway],
      );
    }
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("credits positions at once and opens a settlement with the data's part", async () => {
    const p = await loadFixture(modelled);
    const before = await p.ledger.accruedOf(p.curatorPosition);
    const settlement = await close(p, 10_000n);
    expect(await p.ledger.accruedOf(1n)).to.equal(200n);
    expect(await p.ledger.accruedOf(p.developerPosition)).to.equal(2_000n);
    expect((await p.ledger.accruedOf(p.curatorPosition)) - before).to.equal(300n);
    const opened = await p.ledger.settlementOf(settlement);
    expect([opened.pool, opened.count, opened.status, opened.version]).to.deep.equal([7_000n, 10n, 1n, p.version]);
    expect(opened.till).to.equal(await p.till.getAddress());
    expect(opened.receipts.sum).to.equal(10_000n);
  });

  it("leaves in the till what these receipts do not cover", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, 500n);
    await close(p, 1_000n);
    expect(await p.token.balanceOf(p.till)).to.equal(500n);
  });

  it("divides the curators' part over the datanets by their records, and pays every ancestor", async () => {
    const p = await loadFixture(modelled);
    await p.datanets.connect(p.bob).createDatanet({ ...TERMS, licenceFee: 0n }, "");
    await contribute(p.datanets.connect(p.bob), 2n, 0n, anyRoot("second", 17n), ethers.id("MIT"), "");
    await time.increase(TERMS.reviewWindowSeconds);
    await p.datanets.accept(4n);
    const split = { ...SPLIT, developer: 1_700n };
    const stranger = p.models.connect(p.stranger);
    await stranger.register(registration({ parents: [1n], datanets: [2n], split }));
    await stranger.commitIndex(2n, METHOD, anyRoot("index 2", 109n), ZeroHash);
    await time.increase(INDEX_WINDOW);
    await p.tills.createTill(2n, p.gateway);
    const { predicted } = await p.tills.tillOf(2n, p.gateway);
    const till = await ethers.getContractAt("ModelTill", predicted);
    const fee = 999_999_999n;
    const parts = splitFee(fee, {
      ...NUMBERS,
      developer: 1_700,
      ancestors: [{ positionId: p.developerPosition, bps: 300 }],
    });
    const [first, second] = splitByWeights(parts.curators, [92n, 17n]);
    const accrued = (position: bigint) => p.ledger.accruedOf(position);
    const curatorBefore = await accrued(p.curatorPosition);
    await p.token.transfer(till, fee);
    await till.connect(p.gateway).close(2n, anyRoot("r", fee), 1n, ZeroHash);
    expect(await accrued(p.developerPosition)).to.equal(parts.ancestors[0]);
    expect((await accrued(p.curatorPosition)) - curatorBefore).to.equal(first);
    const secondCurator = await p.datanets.curatorPositionOf(2n);
    expect(await accrued(secondCurator)).to.equal(second);
    expect(await p.token.balanceOf(till)).to.equal(0n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("streams the stakers' part to those who staked on the model", async () => {
    const p = await loadFixture(contributed);
    const split = { ...SPLIT, stakers: 400n, developer: 1_600n };
    await p.models.connect(p.developer).register(registration({ split }));
    await p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", p.records), ZeroHash);
    await time.increase(INDEX_WINDOW);
    await p.staking.openModelPool(1n);
    const pool = await p.staking.poolWith(MODEL_POOL, 1n, ethers.ZeroAddress);
    await p.token.connect(p.alice).approve(p.staking, 100n);
    await p.staking.connect(p.alice).stake(pool, 100n);
    await p.tills.createTill(1n, p.gateway);
    const { predicted } = await p.tills.tillOf(1n, p.gateway);
    const till = await ethers.getContractAt("ModelTill", predicted, p.gateway);
    await p.token.transfer(till, 10_000n);
    const closing = till.close(1n, anyRoot("r2", 10_000n), 1n, ZeroHash);
    await expect(closing).to.emit(till, "FeeSplit").withArgs(1n, 200n, 500n, 0n, 300n, 400n, 1_600n, 7_000n);
    await expect(closing).to.changeTokenBalance(ethers, p.token, p.staking, 400n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
    await time.increase(STAKING_PARAMETERS.streamSeconds);
    await expect(p.staking.claimRewards(pool, 0n, p.token, p.alice)).to.changeTokenBalance(
      ethers,
      p.token,
      p.alice,
      400n,
    );
  });

  it("adds the stakers' part to the data's where the token is none that pools can be funded with", async () => {
    const p = await loadFixture(contributed);
    const coin = await ethers.deployContract("OpenToken", [p.deployer]);
    const { ledger } = await anotherLedger(p, coin);
    const code = await ethers.deployContract("ModelTill", [ledger, p.models, p.staking]);
    const tills = await ethers.deployContract("TillFactory", [code, p.models]);
    await ledger.bind(tills, p.models, []);
    const split = { ...SPLIT, stakers: 400n, developer: 1_600n };
    await p.models.connect(p.developer).register(registration({ split }));
    await p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", p.records), ZeroHash);
    await time.increase(INDEX_WINDOW);
    await tills.createTill(1n, p.gateway);
    const { predicted } = await tills.tillOf(1n, p.gateway);
    const till = await ethers.getContractAt("ModelTill", predicted, p.gateway);
    await coin.transfer(till, 20_000n);
    await expect(till.close(1n, anyRoot("r1", 10_000n), 1n, ZeroHash))
      .to.emit(till, "FeeSplit")
      .withArgs(1n, 200n, 500n, 0n, 300n, 0n, 1_600n, 7_400n);
    await p.staking.connect(p.governance).addRewardToken(coin);
    await expect(till.close(1n, anyRoot("r2", 10_000n), 1n, ZeroHash))
      .to.emit(till, "FeeSplit")
      .withArgs(1n, 200n, 500n, 0n, 300n, 400n, 1_600n, 7_000n);
    expect(await coin.balanceOf(ledger)).to.equal(await ledgerOwes({ ledger }));
  });

  const refusals: Record<string, (p: Modelled) => Promise<unknown>> = {
    NotGateway: (p) => p.till.connect(p.stranger).close(1n, anyRoot("r", 1n), 1n, ZeroHash),
    NotCovered: (p) => p.till.connect(p.gateway).close(1n, anyRoot("r", 101n), 1n, ZeroHash),
    TooManyReceipts: (p) => p.till.connect(p.gateway).close(1n, anyRoot("r", 1n), 2n ** 24n + 1n, ZeroHash),
  };
  for (const [error, attempt] of Object.entries(refusals)) {
    it(`reverts with ${error}`, async () => {
      const p = await loadFixture(modelled);
      await p.token.transfer(p.till, 100n);
      await expect(attempt(p)).to.be.revertedWithCustomError(p.till, error);
    });
  }

  it("when there are no receipts, it reverts", async () => {
    const p = await loadFixture(modelled);
    const till = p.till.connect(p.gateway);
    for (const [root, count] of [
      [anyRoot("r", 0n), 1n],
      [anyRoot("r", 1n), 0n],
      [{ hash: ZeroHash, sum: 1n }, 1n],
    ] as const) {
      await expect(till.close(1n, root, count, ZeroHash)).to.be.revertedWithCustomError(p.till, "NoReceipts");
    }
  });

  it("when the version is another model's, or its index is not usable, it reverts", async () => {
    const p = await loadFixture(modelled);
    await p.models.connect(p.developer).register(registration());
    await p.models.connect(p.developer).registerVersion(1n, registration());
    const till = p.till.connect(p.gateway);
    await expect(till.close(2n, anyRoot("r", 1n), 1n, ZeroHash)).to.be.revertedWithCustomError(p.till, "WrongModel");
    await expect(till.close(3n, anyRoot("r", 1n), 1n, ZeroHash)).to.be.revertedWithCustomError(
      p.till,
      "IndexNotUsable",
    );
  });
});

describe("closePlain", () => {
  it("divides everything in the till, and the data's part waits for the version's next group", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, 10_001n);
    const parts = splitFee(10_001n, { ...NUMBERS, ancestors: [] });
    const closing = p.till.connect(p.gateway).closePlain(p.version);
    await expect(closing).to.emit(p.till, "ClosedPlain").withArgs(p.version, 10_001n, parts.data);
    await expect(closing).to.emit(p.ledger, "PlainIncome").withArgs(p.version, parts.data);
    expect((await p.ledger.plainIncomeOf(p.version)).amount).to.equal(parts.data);
    expect(await p.token.balanceOf(p.till)).to.equal(0n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("when the till is empty, or the caller is not the gateway, it reverts", async () => {
    const p = await loadFixture(modelled);
    await expect(p.till.connect(p.gateway).closePlain(1n)).to.be.revertedWithCustomError(p.till, "NothingToClose");
    await expect(p.till.closePlain(1n))
      .to.be.revertedWithCustomError(p.till, "NotGateway")
      .withArgs(p.deployer.address);
  });
});

describe("receiptDigest", () => {
  it("is what the TypeScript twin signs", async () => {
    const p = await loadFixture(modelled);
    const receipt = {
      till: (await p.till.getAddress()) as `0x${string}`,
      modelVersion: 1n,
      channelId: ethers.id("channel") as `0x${string}`,
      sequence: 1n,
      amount: 5n,
      cumulative: 5n,
      agentRegistry: ethers.ZeroAddress as `0x${string}`,
      agentId: 0n,
      requestHash: ethers.id("request") as `0x${string}`,
      responseHash: ethers.id("response") as `0x${string}`,
      issuedAt: 1_700_000_000,
    };
    const { chainId } = await ethers.provider.getNetwork();
    expect(await p.till.receiptDigest(receiptHash(receipt))).to.equal(
      hashTypedData(receiptTypedData(receipt, chainId)),
    );
  });
});
