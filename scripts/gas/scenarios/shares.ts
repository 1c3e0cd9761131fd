// Shares of a position's income.
import { ethers, loadFixture } from "../../../test/support/network.ts";
import { accruedOnly } from "../../../test/support/payouts.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { signedPermission } from "../permission.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { modelled } from "../stage.ts";

/** Alice's. */
const POSITION = 3n;
const NAME = "Alice's data";
const SUPPLY = 1_000n * OPEN;

async function sellable() {
  const p = await loadFixture(modelled);
  await p.positions.connect(p.alice).approve(p.shares, POSITION);
  return p;
}

async function shared() {
  const p = await loadFixture(sellable);
  await p.shares.connect(p.alice).createShares(POSITION, SUPPLY, NAME, "ALICE", [p.vault]);
  const [created] = await p.shares.queryFilter(p.shares.filters.SharesCreated());
  const shares = await ethers.getContractAt("RoyaltyShares", created!.args.shares);
  await p.ledger.connect(p.bob).accrue([POSITION], [OPEN]);
  return { ...p, alices: shares };
}

async function collected() {
  const p = await loadFixture(shared);
  await p.alices.collect(0n, accruedOnly(POSITION));
  return p;
}

export const shareScenarios: Scenario[] = [
  scenario("RoyaltySharesFactory.createShares", "of one vault's income", async () => {
    const p = await loadFixture(sellable);
    return p.shares.connect(p.alice).createShares(POSITION, SUPPLY, NAME, "ALICE", [p.vault]);
  }),
  scenario("RoyaltyShares.collect", "the first direct income", async () => {
    const p = await loadFixture(shared);
    return p.alices.collect(0n, accruedOnly(POSITION));
  }),
  scenario("RoyaltyShares.transfer", "to a new holder, after income", async () => {
    const p = await loadFixture(collected);
    return p.alices.connect(p.alice).transfer(p.newcomer, SUPPLY / 4n);
  }),
  scenario("RoyaltyShares.transferFrom", "to a new holder, after income", async () => {
    const p = await loadFixture(collected);
    await p.alices.connect(p.alice).approve(p.delegate, SUPPLY);
    return p.alices.connect(p.delegate).transferFrom(p.alice, p.newcomer, SUPPLY / 4n);
  }),
  scenario("RoyaltyShares.approve", "first", async () => {
    const p = await loadFixture(shared);
    return p.alices.connect(p.alice).approve(p.delegate, SUPPLY);
  }),
  scenario("RoyaltyShares.permit", "first", async () => {
    const p = await loadFixture(shared);
    return p.alices.permit(...(await signedPermission(p.alices, NAME, p.alice, p.delegate, SUPPLY)));
  }),
  scenario("RoyaltyShares.claimIncome", "an account's first", async () => {
    const p = await loadFixture(collected);
    return p.alices.claimIncome(p.alice);
  }),
  scenario("RoyaltyShares.claimIncomeTo", "an account's first", async () => {
    const p = await loadFixture(collected);
    return p.alices.connect(p.alice).claimIncomeTo(p.delegate);
  }),
  scenario("RoyaltyShares.redeem", "by the holder of all", async () => {
    const p = await loadFixture(collected);
    return p.alices.connect(p.alice).redeem(p.alice, []);
  }),
];
