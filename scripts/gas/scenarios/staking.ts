// Operators' pools: stake, slashing and rewards.
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { as, bound, DAY, deployed, faultsOf, modelled, POOL, STAKE, staked, UNBONDING } from "../stage.ts";

/** Pools of `staked`. */
const ATTRIBUTORS = 1n;
const VALIDATORS = 4n;

async function rewarded() {
  const p = await loadFixture(staked);
  await p.staking.connect(p.stranger).stake(ATTRIBUTORS, STAKE);
  await p.staking.connect(p.bob).fund(ATTRIBUTORS, p.token, OPEN);
  await time.increase(DAY);
  return p;
}

async function unbonding() {
  const p = await loadFixture(staked);
  await p.staking.connect(p.attributorA).unbond(ATTRIBUTORS, 0n, STAKE / 2n);
  await time.increase(UNBONDING);
  return p;
}

export const stakingScenarios: Scenario[] = [
  scenario("OperatorStaking.bind", "once, at deployment", async () => {
    const p = await loadFixture(deployed);
    return p.staking.bind(p.models, p.datanets, faultsOf(p));
  }),
  scenario("OperatorStaking.addRewardToken", "the second", async () => {
    const p = await loadFixture(bound);
    return p.staking.connect(p.governance).addRewardToken(p.positions);
  }),
  scenario("OperatorStaking.openPool", "an attributor's", async () => {
    const p = await loadFixture(bound);
    return p.staking.connect(p.operator).openPool(POOL.attributor, 0n, 500n);
  }),
  scenario("OperatorStaking.openModelPool", "first", async () => {
    const p = await loadFixture(modelled);
    await p.models.connect(p.developer).register({
      weightsHash: ethers.id("weights"),
      parents: [],
      datanets: [1n],
      split: { treasury: 200n, gateway: 500n, curators: 300n, stakers: 500n, developer: 2_000n, data: 6_500n },
      royaltyBps: 0n,
      inputPrice: 1n,
      outputPrice: 1n,
      uri: "",
    });
    return p.staking.openModelPool(2n);
  }),
  scenario("OperatorStaking.announceCommission", "first", async () => {
    const p = await loadFixture(staked);
    return p.staking.connect(p.attributorA).announceCommission(ATTRIBUTORS, 600n);
  }),
  scenario("OperatorStaking.stake", "an account's first in an attributor's pool", async () => {
    const p = await loadFixture(staked);
    return p.staking.connect(p.stranger).stake(ATTRIBUTORS, STAKE);
  }),
  scenario("OperatorStaking.stake", "more, into a validator's pool", async () => {
    const p = await loadFixture(staked);
    return p.staking.connect(p.validatorA).stake(VALIDATORS, STAKE);
  }),
  scenario("OperatorStaking.unbond", "half of a stake", async () => {
    const p = await loadFixture(staked);
    return p.staking.connect(p.attributorA).unbond(ATTRIBUTORS, 0n, STAKE / 2n);
  }),
  scenario("OperatorStaking.withdraw", "after the delay", async () => {
    const p = await loadFixture(unbonding);
    return p.staking.connect(p.attributorA).withdraw(1n);
  }),
  scenario("OperatorStaking.slash", "called by a slasher, on its own; stake and unbonding stake", async () => {
    const p = await loadFixture(staked);
    await p.staking.connect(p.validatorA).unbond(VALIDATORS, 0n, STAKE / 2n);
    return p.staking.connect(await as(p.review)).slash(0n, VALIDATORS, 100n, p.stranger, ethers.id("case"));
  }),
  scenario("OperatorStaking.fund", "the first stream of a pool", async () => {
    const p = await loadFixture(staked);
    return p.staking.connect(p.bob).fund(ATTRIBUTORS, p.token, OPEN);
  }),
  scenario("OperatorStaking.fundModel", "the first stream of a model's pool", async () => {
    const p = await loadFixture(modelled);
    return p.staking.connect(p.bob).fundModel(1n, p.token, OPEN);
  }),
  scenario("OperatorStaking.claimRewards", "a delegator's first", async () => {
    const p = await loadFixture(rewarded);
    return p.staking.claimRewards(ATTRIBUTORS, 0n, p.token, p.stranger);
  }),
];
