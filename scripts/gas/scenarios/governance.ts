// Votes on a call, through the timelock.
import { type Addressable, ZeroAddress } from "ethers";
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { OPEN } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { bound, DAY } from "../stage.ts";

export const DESCRIPTION = "Take the setting back to what it is";

const SETTINGS = {
  votingDelaySeconds: DAY,
  votingPeriodSeconds: 7n * DAY,
  proposalThreshold: 1_000_000n * OPEN,
  quorumBps: 400n,
  lateQuorumSeconds: 2n * DAY,
  leastQuorum: 1_000_000n * OPEN,
};

/** What is proposed, queued and executed: one call. */
export async function actionOf(target: Addressable, call: string): Promise<[string[], bigint[], string[]]> {
  return [[await target.getAddress()], [0n], [call]];
}

export async function governed() {
  const p = await loadFixture(bound);
  const votes = await ethers.deployContract("GovernanceOpen", [p.token]);
  const timelock = await ethers.deployContract("TimelockController", [2n * DAY, [], [ZeroAddress], p.deployer]);
  const governor = await ethers.deployContract("OpenGovernor", [votes, timelock, SETTINGS]);
  for (const role of [await timelock.PROPOSER_ROLE(), await timelock.CANCELLER_ROLE()]) {
    await timelock.grantRole(role, governor);
  }
  for (const voter of [p.alice, p.bob]) {
    await p.token.connect(voter).approve(votes, ethers.MaxUint256);
    await votes.connect(voter).depositFor(voter, 5_000_000n * OPEN);
    await votes.connect(voter).delegate(voter);
  }
  const action = await actionOf(governor, governor.interface.encodeFunctionData("setVotingPeriod", [8n * DAY]));
  return { ...p, votes, timelock, governor, action };
}

async function proposed() {
  const p = await loadFixture(governed);
  await p.governor.connect(p.alice).propose(...p.action, DESCRIPTION);
  const id = await p.governor.getProposalId(...p.action, ethers.id(DESCRIPTION));
  return { ...p, id };
}

/** While it is voted on. */
export async function open() {
  const p = await loadFixture(proposed);
  await time.increase(DAY + 1n);
  return p;
}

async function succeeded() {
  const p = await loadFixture(open);
  for (const voter of [p.alice, p.bob]) await p.governor.connect(voter).castVote(p.id, 1n);
  await time.increase(8n * DAY);
  return p;
}

async function queued() {
  const p = await loadFixture(succeeded);
  await p.governor.queue(...p.action, ethers.id(DESCRIPTION));
  await time.increase(2n * DAY);
  return p;
}

export const governanceScenarios: Scenario[] = [
  scenario("OpenGovernor.propose", "one call", async () => {
    const p = await loadFixture(governed);
    return p.governor.connect(p.alice).propose(...p.action, DESCRIPTION);
  }),
  scenario("OpenGovernor.cancel", "by its proposer, before the vote", async () => {
    const p = await loadFixture(proposed);
    return p.governor.connect(p.alice).cancel(...p.action, ethers.id(DESCRIPTION));
  }),
  scenario("OpenGovernor.castVote", "that reaches the quorum", async () => {
    const p = await loadFixture(open);
    return p.governor.connect(p.alice).castVote(p.id, 1n);
  }),
  scenario("OpenGovernor.queue", "one call", async () => {
    const p = await loadFixture(succeeded);
    return p.governor.queue(...p.action, ethers.id(DESCRIPTION));
  }),
  scenario("OpenGovernor.execute", "one call, to a setting of the governor", async () => {
    const p = await loadFixture(queued);
    return p.governor.execute(...p.action, ethers.id(DESCRIPTION));
  }),
];
