// Disputes over sketches: the dispute, its votes and what follows from them, and how ledger and models hold what is disputed.
import { sketchVoteHash } from "@tributary/protocol/typed-data/sketch-vote";
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { DISPUTE_VOTES } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { as, close, modelled, type Modelled, sendSketches } from "../stage.ts";
import { pendingIndex } from "./courts.ts";

const SALT = ethers.id("salt") as `0x${string}`;
const KIND = { index: 2, sketches: 4 };
/** A settlement's sketches, the first commit of them. */
const SKETCHES = { kind: KIND.sketches, id: 1n, sub: 0 };

async function committed() {
  const p = await loadFixture(modelled);
  const settlement = await close(p);
  await sendSketches(p, settlement);
  return p;
}

async function disputed() {
  const p = await loadFixture(committed);
  await p.disputes.connect(p.stranger).dispute(SKETCHES, 3);
  return p;
}

async function commitVote(p: Modelled, voter: Modelled["attributorA"]) {
  const commitment = sketchVoteHash({
    chainId: (await ethers.provider.getNetwork()).chainId,
    ledger: (await p.ledger.getAddress()) as `0x${string}`,
    disputeId: 1n,
    voter: voter.address as `0x${string}`,
    upheld: false,
    salt: SALT,
  });
  return p.disputes.connect(voter).commitVote(1n, await poolOf(p, voter), commitment);
}

function poolOf(p: Modelled, voter: Modelled["attributorA"]): Promise<bigint> {
  return p.staking.poolWith(2, 0n, voter.address);
}

/** All have voted that it is false, and the time for revealing has come. */
async function voted() {
  const p = await loadFixture(disputed);
  for (const voter of [p.attributorA, p.attributorB, p.attributorC]) await commitVote(p, voter);
  await time.increase(DISPUTE_VOTES.commitSeconds);
  return p;
}

/** Two of three have revealed, and the time for it is over. */
async function revealed() {
  const p = await loadFixture(voted);
  for (const voter of [p.attributorA, p.attributorB])
    await p.disputes.revealVote(1n, await poolOf(p, voter), false, SALT);
  await time.increase(DISPUTE_VOTES.revealSeconds);
  return p;
}

export const disputeScenarios: Scenario[] = [
  scenario("SketchDisputes.dispute", "over a call's sketch, the first held", async () => {
    const p = await loadFixture(committed);
    return p.disputes.connect(p.stranger).dispute(SKETCHES, 3);
  }),
  scenario("SketchDisputes.dispute", "over a record's sketch", async () => {
    const p = await loadFixture(pendingIndex);
    return p.disputes.connect(p.stranger).dispute({ kind: KIND.index, id: 1n, sub: 0 }, 3);
  }),
  scenario("SketchDisputes.commitVote", "first", async () => {
    const p = await loadFixture(disputed);
    return commitVote(p, p.attributorA);
  }),
  scenario("SketchDisputes.revealVote", "first", async () => {
    const p = await loadFixture(voted);
    return p.disputes.revealVote(1n, await poolOf(p, p.attributorA), false, SALT);
  }),
  scenario("SketchDisputes.slashUnrevealed", "a vote that was not revealed", async () => {
    const p = await loadFixture(revealed);
    return p.disputes.slashUnrevealed(1n, await poolOf(p, p.attributorC));
  }),
  scenario("SketchDisputes.resolve", "false: the sketches end", async () => {
    const p = await loadFixture(revealed);
    return p.disputes.resolve(1n);
  }),
  scenario("SketchDisputes.resolve", "unanswered", async () => {
    const p = await loadFixture(disputed);
    await time.increase(DISPUTE_VOTES.commitSeconds + DISPUTE_VOTES.revealSeconds);
    return p.disputes.resolve(1n);
  }),
  scenario("SketchDisputes.penalizeSigner", "the first of two signers", async () => {
    const p = await loadFixture(revealed);
    await p.disputes.resolve(1n);
    await time.increase((await p.disputes.parameters()).resolveSeconds);
    const signers = [p.attributorA.address, p.attributorB.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    return p.disputes.penalizeSigner(1n, signers, 0n);
  }),
  scenario("RoyaltyLedger.holdSketches", "called by a court, on its own, the first held", async () => {
    const p = await loadFixture(committed);
    const { readyAt } = await p.ledger.settlementOf(1n);
    return p.ledger.connect(await as(p.disputes)).holdSketches(1n, readyAt + 60n);
  }),
  scenario("RoyaltyLedger.advance", "a settlement that was held", async () => {
    const p = await loadFixture(disputed);
    const { readyAt } = await p.ledger.settlementOf(1n);
    await time.increaseTo(readyAt);
    return p.ledger.advance(2n);
  }),
  scenario("ModelRegistry.holdIndex", "called by a court, on its own", async () => {
    const p = await loadFixture(pendingIndex);
    const { usableAt } = await p.models.indexOf(1n);
    return p.models.connect(await as(p.disputes)).holdIndex(1n, usableAt + 60n);
  }),
];
