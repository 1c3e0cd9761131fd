// The ledger besides claims: settlements, epochs, proposals, direct income, parameters.
import { ZeroHash } from "ethers";
import { loadFixture, time } from "../../../test/support/network.ts";
import { anyRoot, OPEN, PARAMETERS, startEpoch } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { afterChallenges, as, close, deployed, epochOver, FEE, modelled, propose, sendSketches } from "../stage.ts";

async function proposed() {
  const p = await loadFixture(epochOver);
  const payouts = anyRoot("payouts", await p.ledger.epochPools(p.epoch));
  await propose(p, p.epoch, payouts);
  const rival = { ...payouts, hash: anyRoot("rival", 0n).hash };
  await p.token.transfer(p.rival, 100_000_000n * OPEN);
  await p.ledger
    .connect(p.rival)
    .propose(p.epoch, anyRoot("groups", await p.ledger.epochPools(p.epoch)), rival, ZeroHash);
  await afterChallenges();
  return p;
}

async function advanceable() {
  const p = await loadFixture(modelled);
  const epoch = await startEpoch(p);
  for (const fee of [FEE, FEE / 10n]) await sendSketches(p, await close(p, fee));
  await time.increaseTo(await p.ledger.epochEnd(epoch));
  return p;
}

export const ledgerScenarios: Scenario[] = [
  scenario("RoyaltyLedger.bind", "once, at deployment", async () => {
    const p = await loadFixture(deployed);
    await p.positions.bindMinters(p.datanets, p.models);
    return p.ledger.bind(p.tills, p.models, [p.faults, p.demands, p.disputes]);
  }),
  scenario("RoyaltyVault.bind", "once, at deployment", async () => {
    const p = await loadFixture(deployed);
    return p.vault.bind(p.ledger);
  }),
  scenario("RoyaltyVault.setPayouts", "called by the ledger, on its own", async () => {
    const p = await loadFixture(modelled);
    return p.vault.connect(await as(p.ledger)).setPayouts(anyRoot("payouts", FEE));
  }),
  scenario("RoyaltyVault.markDirect", "called by the ledger, on its own", async () => {
    const p = await loadFixture(modelled);
    return p.vault.connect(await as(p.ledger)).markDirect(3n);
  }),
  scenario("RoyaltyPositions.raiseTo", "called by the primary vault, on its own", async () => {
    const p = await loadFixture(modelled);
    return p.positions.connect(await as(p.vault)).raiseTo(3n, FEE);
  }),
  scenario("RoyaltyPositions.markDirect", "called by the primary vault, on its own", async () => {
    const p = await loadFixture(modelled);
    return p.positions.connect(await as(p.vault)).markDirect(3n);
  }),
  scenario("RoyaltyLedger.payAccrued", "called by the vault, on its own", async () => {
    const p = await loadFixture(epochOver);
    return p.ledger.connect(await as(p.vault)).payAccrued(5n, p.alice);
  }),
  scenario("RoyaltyLedger.openSettlement", "called by a till, on its own", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, FEE);
    const till = await as(p.till);
    await p.token.connect(till).approve(p.ledger, FEE);
    return p.ledger.connect(till).openSettlement(1n, anyRoot("receipts", FEE), 10n, FEE);
  }),
  scenario("RoyaltyLedger.addPlainIncome", "called by a till, on its own", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, FEE);
    const till = await as(p.till);
    await p.token.connect(till).approve(p.ledger, FEE);
    return p.ledger.connect(till).addPlainIncome(1n, FEE);
  }),
  scenario("RoyaltyLedger.commitSketches", "signed by two attributors", async () => {
    const p = await loadFixture(modelled);
    return sendSketches(p, await close(p));
  }),
  scenario("RoyaltyLedger.advance", "two settlements of one version", async () => {
    const p = await loadFixture(advanceable);
    return p.ledger.advance(10n);
  }),
  scenario("RoyaltyLedger.expire", "a settlement that never became ready", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p);
    await time.increase(PARAMETERS.settlementLifetimeSeconds + 1n);
    return p.ledger.expire(settlement);
  }),
  scenario("RoyaltyLedger.expirePlainIncome", "income that no group took", async () => {
    const p = await loadFixture(modelled);
    await p.token.transfer(p.till, FEE);
    await p.till.connect(p.gateway).closePlain(1n);
    await time.increase(PARAMETERS.settlementLifetimeSeconds + 1n);
    return p.ledger.expirePlainIncome(1n);
  }),
  scenario("RoyaltyLedger.propose", "the first of an epoch", async () => {
    const p = await loadFixture(epochOver);
    return propose(p, p.epoch, anyRoot("payouts", await p.ledger.epochPools(p.epoch)));
  }),
  scenario("RoyaltyLedger.finalize", "the first epoch, fee and bond paid out", async () => {
    const p = await loadFixture(proposed);
    return p.ledger.finalize(p.epoch);
  }),
  scenario("RoyaltyLedger.returnBond", "of a proposal that another one overtook", async () => {
    const p = await loadFixture(proposed);
    await p.ledger.finalize(p.epoch);
    return p.ledger.returnBond(p.epoch, 1n);
  }),
  scenario("RoyaltyLedger.accrue", "a position's first direct income", async () => {
    const p = await loadFixture(epochOver);
    return p.ledger.connect(p.alice).accrue([3n], [OPEN]);
  }),
  scenario("RoyaltyLedger.accrue", "two positions that have direct income already", async () => {
    const p = await loadFixture(epochOver);
    return p.ledger.connect(p.alice).accrue([2n, 5n], [OPEN, OPEN]);
  }),
  scenario("RoyaltyLedger.setBonds", "by governance", async () => {
    const p = await loadFixture(modelled);
    return p.ledger.connect(p.governance).setBonds(200n * OPEN, 600n);
  }),
  scenario("RoyaltyLedger.setProposerFee", "by governance", async () => {
    const p = await loadFixture(modelled);
    return p.ledger.connect(p.governance).setProposerFee(30n * OPEN);
  }),
];
