// Settlements from their opening to readiness or expiry: sketches, quorum, the queue and the cut of the epochs.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { ethers, loadFixture, time } from "../support/network.ts";
import {
  anyRoot,
  attest,
  ATTRIBUTOR_STAKE,
  close,
  commitSketches,
  ledgerOwes,
  type Modelled,
  modelled,
  now,
  OPEN,
  PARAMETERS,
  startEpoch,
} from "../support/protocol.ts";

async function closed() {
  const p = await loadFixture(modelled);
  const settlement = await close(p, 1_000n * OPEN + 1n);
  const sketches = anyRoot("sketches", 10n);
  return { ...p, settlement, sketches };
}

type Closed = Awaited<ReturnType<typeof closed>>;

async function commit(p: Closed, signatures: string[], sketches = p.sketches) {
  return p.ledger.connect(p.stranger).commitSketches(p.settlement, sketches, ethers.id("bundle"), signatures);
}

describe("openSettlement and addPlainIncome", () => {
  it("when the caller is no till, they revert", async () => {
    const p = await loadFixture(modelled);
    const impostor = await ethers.deployContract("ModelTill", [p.ledger, p.models, p.staking]);
    expect(await p.tills.isTill(impostor)).to.equal(false);
    await expect(p.ledger.connect(p.gateway).openSettlement(1n, anyRoot("r", 1n), 1n, 1n))
      .to.be.revertedWithCustomError(p.ledger, "NotTill")
      .withArgs(p.gateway.address);
    await expect(p.ledger.addPlainIncome(1n, 1n)).to.be.revertedWithCustomError(p.ledger, "NotTill");
  });
});

describe("commitSketches", () => {
  it("when a quorum has signed, anyone may commit: the window begins and the epoch is known", async () => {
    const p = await loadFixture(closed);
    const signatures = await attest(p, p.settlement, p.sketches.hash, [p.attributorC, p.attributorA]);
    const commitment = commit(p, signatures);
    const readyAt =
      (await now()
        .then(() => commitment)
        .then(now)) + PARAMETERS.sketchWindowSeconds;
    await expect(commitment)
      .to.emit(p.ledger, "SketchesCommitted")
      .withArgs(
        p.settlement,
        [p.sketches.hash, 10n],
        p.stranger.address,
        readyAt,
        await p.ledger.epochAt(readyAt),
        ethers.id("bundle"),
      );
    const { status, epoch } = await p.ledger.settlementOf(p.settlement);
    expect([status, epoch]).to.deep.equal([2n, await p.ledger.epochAt(readyAt)]);
    expect(await p.ledger.queueLength()).to.equal(1n);
  });

  it("when all attributors have signed, it is accepted too", async () => {
    const p = await loadFixture(closed);
    const all = [p.attributorA, p.attributorB, p.attributorC];
    await commit(p, await attest(p, p.settlement, p.sketches.hash, all));
  });

  it("when an attributor is a contract, its address precedes what its ERC-1271 check takes", async () => {
    const p = await loadFixture(closed);
    const account = await ethers.deployContract("SmartAccount", [p.stranger.address]);
    await p.token.transfer(account, 10_000n * OPEN);
    const spend = (target: string, data: string) => account.connect(p.stranger).execute(target, data);
    const staking = await p.staking.getAddress();
    await spend(await p.token.getAddress(), p.token.interface.encodeFunctionData("approve", [staking, 10_000n * OPEN]));
    await spend(staking, p.staking.interface.encodeFunctionData("openPool", [2n, 0n, 0n]));
    const pool = await p.staking.poolWith(2n, 0n, account);
    await spend(staking, p.staking.interface.encodeFunctionData("stake", [pool, 10_000n * OPEN]));
    const [inner] = await attest(p, p.settlement, p.sketches.hash, [p.stranger]);
    const signature = ethers.concat([await account.getAddress(), inner!]);
    await expect(commit(p, [signature])).to.emit(p.ledger, "SketchesCommitted");
  });

  it("when too few have signed, it reverts", async () => {
    const p = await loadFixture(closed);
    await expect(commit(p, await attest(p, p.settlement, p.sketches.hash, [p.attributorA])))
      .to.be.revertedWithCustomError(p.ledger, "QuorumNotReached")
      .withArgs(ATTRIBUTOR_STAKE, (3n * ATTRIBUTOR_STAKE * 6n) / 10n);
  });

  it("when one signs twice, it reverts", async () => {
    const p = await loadFixture(closed);
    const [signature] = await attest(p, p.settlement, p.sketches.hash, [p.attributorA]);
    await expect(commit(p, [signature!, signature!]))
      .to.be.revertedWithCustomError(p.ledger, "SignersNotAscending")
      .withArgs(p.attributorA.address);
  });

  it("when the signers do not ascend, it reverts", async () => {
    const p = await loadFixture(closed);
    const signatures = await attest(p, p.settlement, p.sketches.hash, [p.attributorA, p.attributorB]);
    await expect(commit(p, signatures.reverse())).to.be.revertedWithCustomError(p.ledger, "SignersNotAscending");
  });

  it("when a signer is no attributor, it reverts", async () => {
    const p = await loadFixture(closed);
    const signatures = await attest(p, p.settlement, p.sketches.hash, [p.alice, p.bob]);
    await expect(commit(p, signatures)).to.be.revertedWithCustomError(p.ledger, "NotAttributor");
  });

  it("when a signature is malformed, it reverts", async () => {
    const p = await loadFixture(closed);
    const [valid] = await attest(p, p.settlement, p.sketches.hash, [p.attributorA]);
    for (const broken of ["0x", "0x1234", `0x${"00".repeat(65)}`, `${p.attributorB.address}1234`]) {
      await expect(commit(p, [broken, valid!])).to.be.revertedWithCustomError(p.ledger, "SignersNotAscending");
    }
  });

  it("when the sketches are not as many as the receipts, it reverts", async () => {
    const p = await loadFixture(closed);
    for (const sketches of [anyRoot("s", 9n), { hash: ZeroHash, sum: 10n }]) {
      const signatures = await attest(p, p.settlement, sketches.hash, [p.attributorA, p.attributorB]);
      await expect(commit(p, signatures, sketches)).to.be.revertedWithCustomError(p.ledger, "SketchCountMismatch");
    }
  });

  it("when the settlement is committed already, or does not exist, it reverts", async () => {
    const p = await loadFixture(closed);
    const signatures = await attest(p, p.settlement, p.sketches.hash, [p.attributorA, p.attributorB]);
    await commit(p, signatures);
    await expect(commit(p, signatures)).to.be.revertedWithCustomError(p.ledger, "SettlementNotOpen");
    await expect(p.ledger.commitSketches(9n, p.sketches, ZeroHash, signatures)).to.be.revertedWithCustomError(
      p.ledger,
      "UnknownSettlement",
    );
    await expect(p.ledger.attestationDigest(9n, ZeroHash)).to.be.revertedWithCustomError(p.ledger, "UnknownSettlement");
  });
});

describe("advance", () => {
  async function queued() {
    const p = await loadFixture(modelled);
    const epoch = await startEpoch(p);
    for (const fee of [100n, 200n, 300n]) await commitSketches(p, await close(p, fee, fee / 10n));
    return { ...p, epoch };
  }

  it("appends ready settlements to their version's group in the order of their commits", async () => {
    const p = await loadFixture(queued);
    await time.increase(PARAMETERS.sketchWindowSeconds);
    const advancing = p.ledger.connect(p.stranger).advance(10n);
    for (const [id, offset, pool] of [
      [1n, 0n, 70n],
      [2n, 10n, 140n],
      [3n, 30n, 210n],
    ]) {
      await expect(advancing).to.emit(p.ledger, "SettlementReady").withArgs(id, p.epoch, 0n, offset, pool);
    }
    expect(await p.ledger.groupCount(p.epoch)).to.equal(1n);
    expect(await p.ledger.groupOf(p.epoch, 0n)).to.deep.equal([p.version, 60n, 420n, [1n, 2n, 3n]]);
    expect(await p.ledger.epochPools(p.epoch)).to.equal(420n);
    expect(await p.ledger.nextEpoch()).to.equal(p.epoch);
    expect((await p.ledger.settlementOf(2n)).status).to.equal(3n);
  });

  it("moves no more than it is told", async () => {
    const p = await loadFixture(queued);
    await time.increase(PARAMETERS.sketchWindowSeconds);
    await p.ledger.advance(2n);
    expect(await p.ledger.queueLength()).to.equal(1n);
    await p.ledger.advance(2n);
    expect(await p.ledger.queueLength()).to.equal(0n);
    expect((await p.ledger.groupOf(p.epoch, 0n)).callCount).to.equal(60n);
  });

  it("when a window is still open, leaves the settlement where it is", async () => {
    const p = await loadFixture(queued);
    await p.ledger.advance(10n);
    expect(await p.ledger.queueLength()).to.equal(3n);
    await expect(p.ledger.nextEpoch()).to.be.revertedWithCustomError(p.ledger, "NoOpenEpoch");
  });

  it("puts a settlement into the epoch in which it became ready, however late it is advanced", async () => {
    const p = await loadFixture(queued);
    await time.increase(5n * PARAMETERS.epochSeconds);
    await p.ledger.advance(10n);
    expect(await p.ledger.groupCount(p.epoch)).to.equal(1n);
    expect((await p.ledger.settlementOf(3n)).epoch).to.equal(p.epoch);
  });

  describe("plain income", () => {
    async function payPlain(p: Modelled, amount: bigint) {
      await p.token.transfer(p.till, amount);
      await p.till.connect(p.gateway).closePlain(p.version);
    }

    it("joins the version's next group when that is created", async () => {
      const p = await loadFixture(queued);
      await payPlain(p, 1_000n);
      await time.increase(PARAMETERS.sketchWindowSeconds);
      await p.ledger.advance(10n);
      expect((await p.ledger.groupOf(p.epoch, 0n)).pool).to.equal(420n + 700n);
      expect(await p.ledger.epochPools(p.epoch)).to.equal(1_120n);
      expect((await p.ledger.plainIncomeOf(p.version)).amount).to.equal(0n);
    });

    it("when the epoch's group exists already, waits for the next epoch's", async () => {
      const p = await loadFixture(queued);
      await time.increase(PARAMETERS.sketchWindowSeconds);
      await p.ledger.advance(1n);
      await payPlain(p, 1_000n);
      await p.ledger.advance(10n);
      expect((await p.ledger.groupOf(p.epoch, 0n)).pool).to.equal(420n);
      const next = await startEpoch(p);
      await commitSketches(p, await close(p, 400n));
      await time.increase(PARAMETERS.sketchWindowSeconds);
      await p.ledger.advance(1n);
      expect((await p.ledger.groupOf(next, 0n)).pool).to.equal(280n + 700n);
    });

    it("when no group takes it in time, it goes to the treasury", async () => {
      const p = await loadFixture(queued);
      await payPlain(p, 1_000n);
      await expect(p.ledger.expirePlainIncome(p.version)).to.be.revertedWithCustomError(
        p.ledger,
        "PlainIncomeNotExpired",
      );
      await time.increase(PARAMETERS.settlementLifetimeSeconds);
      const before = await p.ledger.accruedOf(1n);
      await expect(p.ledger.connect(p.stranger).expirePlainIncome(p.version))
        .to.emit(p.ledger, "PlainIncomeExpired")
        .withArgs(p.version, 700n);
      expect((await p.ledger.accruedOf(1n)) - before).to.equal(700n);
      expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
    });

    it("when there is none, expiry reverts", async () => {
      const p = await loadFixture(queued);
      await time.increase(PARAMETERS.settlementLifetimeSeconds);
      await expect(p.ledger.expirePlainIncome(9n)).to.be.revertedWithCustomError(p.ledger, "PlainIncomeNotExpired");
    });
  });
});

describe("expire", () => {
  it("pays the pool of a settlement without sketches to the treasury after its lifetime", async () => {
    const p = await loadFixture(closed);
    const { openedAt, pool } = await p.ledger.settlementOf(p.settlement);
    await expect(p.ledger.expire(p.settlement))
      .to.be.revertedWithCustomError(p.ledger, "SettlementNotExpired")
      .withArgs(p.settlement, openedAt + PARAMETERS.settlementLifetimeSeconds);
    await time.increase(PARAMETERS.settlementLifetimeSeconds);
    const before = await p.ledger.accruedOf(1n);
    await expect(p.ledger.connect(p.stranger).expire(p.settlement))
      .to.emit(p.ledger, "SettlementExpired")
      .withArgs(p.settlement, pool);
    expect((await p.ledger.accruedOf(1n)) - before).to.equal(pool);
    expect((await p.ledger.owed()).pools).to.equal(0n);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });

  it("when its sketches are committed, or it expired before, it reverts", async () => {
    const p = await loadFixture(closed);
    await time.increase(PARAMETERS.settlementLifetimeSeconds);
    await commitSketches(p, p.settlement);
    await expect(p.ledger.expire(p.settlement)).to.be.revertedWithCustomError(p.ledger, "SettlementNotOpen");
    const other = await close(p, 50n);
    await time.increase(PARAMETERS.settlementLifetimeSeconds);
    await p.ledger.expire(other);
    await expect(p.ledger.expire(other)).to.be.revertedWithCustomError(p.ledger, "SettlementNotOpen");
  });
});
