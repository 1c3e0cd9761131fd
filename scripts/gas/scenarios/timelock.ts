// The timelock through which governance acts. The governor schedules and cancels there; here an account with its roles does, on its own.
import { ZeroAddress, ZeroHash } from "ethers";
import { CANCELLER_ROLE, EXECUTOR_ROLE } from "../../../deploy/timelock-roles.ts";
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { as, DAY, people } from "../stage.ts";

const DELAY = 2n * DAY;

/** As at deployment: anybody may execute, and the deployer still administers. */
async function locked() {
  const p = await people();
  const parameters = [DELAY, [p.operator.address], [ZeroAddress], p.deployer.address] as const;
  const timelock = await ethers.deployContract("TimelockController", [...parameters]);
  const target = await timelock.getAddress();
  const update = timelock.interface.encodeFunctionData("updateDelay", [3n * DAY]);
  const grant = timelock.interface.encodeFunctionData("grantRole", [EXECUTOR_ROLE, p.alice.address]);
  const one = [target, 0n, update, ZeroHash, ZeroHash] as const;
  const two = [[target, target], [0n, 0n], [update, grant], ZeroHash, ZeroHash] as const;
  return { ...p, timelock, one, two: two as unknown as [string[], bigint[], string[], string, string] };
}

async function scheduled() {
  const p = await loadFixture(locked);
  await p.timelock.connect(p.operator).schedule(...p.one, DELAY);
  await p.timelock.connect(p.operator).scheduleBatch(...p.two, DELAY);
  return p;
}

async function ready() {
  const p = await loadFixture(scheduled);
  await time.increase(DELAY);
  return p;
}

export const timelockScenarios: Scenario[] = [
  scenario("TimelockController.schedule", "one call", async () => {
    const p = await loadFixture(locked);
    return p.timelock.connect(p.operator).schedule(...p.one, DELAY);
  }),
  scenario("TimelockController.scheduleBatch", "two calls", async () => {
    const p = await loadFixture(locked);
    return p.timelock.connect(p.operator).scheduleBatch(...p.two, DELAY);
  }),
  scenario("TimelockController.execute", "one call, to a setting of its own", async () => {
    const p = await loadFixture(ready);
    return p.timelock.connect(p.stranger).execute(...p.one);
  }),
  scenario("TimelockController.executeBatch", "two calls, to a setting and a role of its own", async () => {
    const p = await loadFixture(ready);
    return p.timelock.connect(p.stranger).executeBatch(...p.two);
  }),
  scenario("TimelockController.cancel", "one call", async () => {
    const p = await loadFixture(scheduled);
    const id = await p.timelock.hashOperation(...p.one);
    return p.timelock.connect(p.operator).cancel(id);
  }),
  scenario("TimelockController.updateDelay", "called by the timelock, on its own", async () => {
    const p = await loadFixture(locked);
    return p.timelock.connect(await as(p.timelock)).updateDelay(3n * DAY);
  }),
  scenario("TimelockController.grantRole", "by the deployer", async () => {
    const p = await loadFixture(locked);
    return p.timelock.connect(p.deployer).grantRole(CANCELLER_ROLE, p.alice);
  }),
  scenario("TimelockController.revokeRole", "by the deployer", async () => {
    const p = await loadFixture(locked);
    return p.timelock.connect(p.deployer).revokeRole(CANCELLER_ROLE, p.operator);
  }),
  scenario("TimelockController.renounceRole", "by its holder", async () => {
    const p = await loadFixture(locked);
    return p.timelock.connect(p.operator).renounceRole(CANCELLER_ROLE, p.operator);
  }),
  scenario("TimelockController.receive", "ether, the first", async () => {
    const p = await loadFixture(locked);
    return p.deployer.sendTransaction({ to: p.timelock, value: 1n });
  }),
];
