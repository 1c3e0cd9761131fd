// The limits of an epoch: a group that is full, and an epoch that has no group number left, stop nothing.
import { expect } from "chai";
import { ethers, loadFixture, networkHelpers, time } from "../support/network.ts";
import { close, commitSketches, ledgerOwes, modelled, PARAMETERS, startEpoch } from "../support/protocol.ts";

const MOST_RECEIPTS = 2n ** 24n;
const MOST_GROUPS = 2n ** 16n - 1n;

describe("limits of an epoch", () => {
  it("when a group has no room for a settlement's calls, the version gets another group", async () => {
    const p = await loadFixture(modelled);
    const epoch = await startEpoch(p);
    for (let i = 0n; i < 17n; i++) await commitSketches(p, await close(p, 100n + i, MOST_RECEIPTS));
    await time.increase(PARAMETERS.sketchWindowSeconds);
    await p.ledger.advance(20n);
    expect(await p.ledger.groupCount(epoch)).to.equal(2n);
    const [first, second] = [await p.ledger.groupOf(epoch, 0n), await p.ledger.groupOf(epoch, 1n)];
    expect([first.callCount, second.callCount]).to.deep.equal([2n ** 28n, MOST_RECEIPTS]);
    expect(first.pool + second.pool).to.equal(await p.ledger.epochPools(epoch));
    expect((await p.ledger.settlementOf(17n)).group).to.equal(1n);
  });

  it("when the epoch has no group number left, the settlement is open again and may be committed anew", async () => {
    const p = await loadFixture(modelled);
    const epoch = await startEpoch(p);
    await commitSketches(p, await close(p, 100n));
    const full = await close(p, 200n, MOST_RECEIPTS);
    await commitSketches(p, full);
    await time.increase(PARAMETERS.sketchWindowSeconds);
    await p.ledger.advance(1n);
    await fillEpoch(await p.ledger.getAddress(), epoch);
    await expect(p.ledger.advance(1n)).to.emit(p.ledger, "SettlementReleased").withArgs(full, epoch);
    const released = await p.ledger.settlementOf(full);
    expect([released.status, released.readyAt, released.sketches.sum]).to.deep.equal([1n, 0n, 0n]);
    expect(await p.ledger.queueLength()).to.equal(0n);

    const next = await startEpoch(p);
    await commitSketches(p, full);
    await time.increase(PARAMETERS.sketchWindowSeconds);
    await p.ledger.advance(1n);
    expect((await p.ledger.settlementOf(full)).epoch).to.equal(next);
    expect(await p.token.balanceOf(p.ledger)).to.equal(await ledgerOwes(p));
  });
});

/** Storage slot of the epoch's list of groups, found by its length of 1: no view shows it. */
async function groupsSlot(ledger: string, epoch: bigint): Promise<bigint> {
  const coder = ethers.AbiCoder.defaultAbiCoder();
  for (let mapping = 0n; mapping < 40n; mapping++) {
    const base = BigInt(ethers.keccak256(coder.encode(["uint256", "uint256"], [epoch, mapping])));
    const length = await networkHelpers.getStorageAt(ledger, ethers.toBeHex(base + 1n, 32));
    if (BigInt(length) === 1n) return base + 1n;
  }
  throw new Error("the list of groups was not found");
}

/** Makes the epoch's only group look full, and the list of its groups too. The group's first word is `version u64 | callCount u32 | pool u128`. */
async function fillEpoch(ledger: string, epoch: bigint): Promise<void> {
  const slot = ethers.toBeHex(await groupsSlot(ledger, epoch), 32);
  const first = ethers.keccak256(slot);
  const word = BigInt(await networkHelpers.getStorageAt(ledger, first));
  await networkHelpers.setStorageAt(ledger, first, (word & ~(0xffffffffn << 64n)) | ((2n ** 28n) << 64n));
  await networkHelpers.setStorageAt(ledger, slot, MOST_GROUPS);
}
