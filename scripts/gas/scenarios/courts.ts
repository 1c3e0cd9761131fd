// What courts do besides proofs: reservations of rewards, demands with their answers and ends, penalties, and what the ledger and the models let courts do.
import { proofCommitmentHash, proposalRoot } from "@tributary/protocol/typed-data/proof-commitment";
import { hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { toHex } from "viem";
import { ethers, loadFixture, networkHelpers, time } from "../../../test/support/network.ts";
import { anyRoot, DEMAND_PARAMETERS, METHOD, registration } from "../../../test/support/protocol.ts";
import { ZeroHash } from "ethers";
import { accused, committed } from "../fault-stage.ts";
import { type Scenario, scenario } from "../scenario.ts";
import {
  as,
  close,
  contributed,
  deployed,
  epochOver,
  FEE,
  modelled,
  openStakedPool,
  POOL,
  propose,
  sendSketches,
} from "../stage.ts";

const KIND = { index: 2, receipts: 3, sketches: 4, groups: 9 };
const ROOT_OPENING = "0x0000000000";
const REVEAL_BLOCKS = 50;
const SIZES = "at the budgeted sizes";

type Accused = Awaited<ReturnType<typeof accused>>;
type Demanded = Pick<Accused, "demands" | "alice">;

function demandRoot(
  { demands, alice }: Demanded,
  kind: number,
  id: bigint,
  root: { hash: string; sum: bigint },
): ReturnType<Accused["demands"]["demand"]> {
  return demands.connect(alice).demand({ kind, id, sub: 0 }, [], 0, root, ROOT_OPENING);
}

async function overdue(): Promise<void> {
  await time.increase(DEMAND_PARAMETERS.answerSeconds + 1n);
}

// --- reservations ---

/** The prover's proof of a wrong group, as it commits to it. */
async function reservation(a: Accused): Promise<string> {
  const proof = a.faults.interface.encodeFunctionData("proveGroup", [a.accused, a.points[0]!]);
  const node = ({ hash, sum }: { hash: string; sum: bigint }) => ({ hash: hexToBytes(hash as `0x${string}`), sum });
  return proofCommitmentHash({
    chainId: (await ethers.provider.getNetwork()).chainId,
    ledger: (await a.ledger.getAddress()) as `0x${string}`,
    epoch: a.epoch,
    proposalRoot: proposalRoot(node(a.roots.groups), node(a.roots.payouts)),
    proofHash: toHex(keccak256(hexToBytes(proof as `0x${string}`))),
    sender: a.alice.address as `0x${string}`,
  });
}

/** Alice has reserved the reward; Bob has too, for a proof that he never shows. */
async function reserved() {
  const a = await loadFixture(accused);
  const faults = a.faults.connect(a.alice);
  await a.faults.connect(a.bob).commitProof(a.accused, ethers.id("Bob's"));
  await faults.commitProof(a.accused, await reservation(a));
  return { ...a, faults };
}

const reservations: Scenario[] = [
  scenario("FaultProofs.commitProof", "the first for a proposal", async () => {
    const a = await loadFixture(accused);
    return a.faults.connect(a.alice).commitProof(a.accused, await reservation(a));
  }),
  scenario(
    "FaultProofs.proveGroup",
    "reserved before, after somebody else's reservation: the reward is held",
    async () => {
      const a = await loadFixture(reserved);
      return a.faults.proveGroup(a.accused, a.points[0]!);
    },
  ),
  scenario("FaultProofs.payReward", "that was held, to a holder of the token", async () => {
    const a = await loadFixture(reserved);
    await a.faults.proveGroup(a.accused, a.points[0]!);
    await networkHelpers.mine(REVEAL_BLOCKS + 1);
    return a.faults.payReward(a.accused);
  }),
  scenario("FaultProofs.burnDeposit", "of a proof that was never shown", async () => {
    const a = await loadFixture(reserved);
    await networkHelpers.mine(REVEAL_BLOCKS + 1);
    return a.faults.burnDeposit(a.bob, ethers.id("Bob's"));
  }),
];

// --- demands ---

async function demandedTallies() {
  const a = await loadFixture(accused);
  const { index, node, opening } = a.tallies;
  const commitment = { kind: KIND.groups, id: a.epoch, sub: 0 };
  await a.demands.connect(a.alice).demand(commitment, a.toTallies, index, node, opening);
  return a;
}

async function demandedSketches() {
  const p = await loadFixture(modelled);
  const settlement = await close(p);
  await sendSketches(p, settlement);
  await demandRoot(p, KIND.sketches, settlement, anyRoot(`sketches ${settlement}`, 10n));
  await overdue();
  return { ...p, settlement };
}

async function demandedReceipts() {
  const p = await loadFixture(modelled);
  await openStakedPool(p, p.gateway, POOL.gateway, 0n);
  const settlement = await close(p);
  await demandRoot(p, KIND.receipts, settlement, anyRoot(`receipts ${FEE}`, FEE));
  await overdue();
  return { ...p, settlement };
}

export async function pendingIndex() {
  const p = await loadFixture(contributed);
  for (const id of [1n, 2n, 3n]) await p.datanets.accept(id);
  await p.models.connect(p.developer).register(registration());
  await p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", 92n), ZeroHash);
  return p;
}

const demands: Scenario[] = [
  scenario("Demands.demand", "the root of a proposal's groups, the first demand of all", async () => {
    const a = await loadFixture(accused);
    return demandRoot(a, KIND.groups, a.epoch, a.roots.groups);
  }),
  scenario("Demands.demand", `a tally, ${SIZES}, after an earlier demand; it holds the proposal`, async () => {
    const a = await loadFixture(accused);
    await demandRoot(a, KIND.groups, a.epoch, a.roots.groups);
    const { finalizableAt } = await a.ledger.proposalOf(a.epoch, 0n);
    const { index, node, opening } = a.tallyLeaf;
    await time.increaseTo(finalizableAt - 2n);
    const commitment = { kind: KIND.groups, id: a.epoch, sub: 0 };
    return a.demands.connect(a.alice).demand(commitment, a.toTallies, index, node, opening);
  }),
  scenario("Demands.answer", "five full levels, by a new holder of the token", async () => {
    const a = await loadFixture(demandedTallies);
    return a.demands.connect(a.newcomer).answer(1n, a.tallies.answer);
  }),
  scenario("Demands.answer", "a leaf with a sketch, by a new holder of the token", async () => {
    const p = await loadFixture(committed);
    const { index, node, opening, answer } = p.sketches;
    const commitment = { kind: KIND.sketches, id: p.settlement, sub: 0 };
    await p.demands.connect(p.alice).demand(commitment, [], index, node, opening);
    return p.demands.connect(p.newcomer).answer(1n, answer);
  }),
  scenario("Demands.endUnanswered", "a proposal", async () => {
    const a = await loadFixture(accused);
    await demandRoot(a, KIND.groups, a.epoch, a.roots.groups);
    await overdue();
    return a.demands.endUnanswered(1n);
  }),
  scenario("Demands.endUnanswered", "sketches", async () => {
    const p = await loadFixture(demandedSketches);
    return p.demands.endUnanswered(1n);
  }),
  scenario("Demands.endUnanswered", "receipts", async () => {
    const p = await loadFixture(demandedReceipts);
    return p.demands.endUnanswered(1n);
  }),
  scenario("Demands.endUnanswered", "an index", async () => {
    const p = await loadFixture(pendingIndex);
    await demandRoot(p, KIND.index, 1n, anyRoot("index", 92n));
    await overdue();
    return p.demands.endUnanswered(1n);
  }),
  scenario("Demands.refund", "of a proposal that a proof ended", async () => {
    const a = await loadFixture(accused);
    await demandRoot(a, KIND.groups, a.epoch, a.roots.groups);
    await a.faults.proveGroup(a.accused, a.points[0]!);
    return a.demands.refund(1n);
  }),
  scenario("Demands.penalizeSigner", "the first of two signers", async () => {
    const p = await loadFixture(demandedSketches);
    await p.demands.endUnanswered(1n);
    const signers = [p.attributorA.address, p.attributorB.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    return p.demands.penalizeSigner(1n, signers, 0n);
  }),
  scenario("Demands.penalizeGateway", "with stake", async () => {
    const p = await loadFixture(demandedReceipts);
    await p.demands.endUnanswered(1n);
    return p.demands.penalizeGateway(1n);
  }),
];

// --- what courts, and the guardian, may do ---

async function proposed() {
  const p = await loadFixture(epochOver);
  await propose(p, p.epoch, anyRoot("payouts", await p.ledger.epochPools(p.epoch)));
  return p;
}

const hooks: Scenario[] = [
  scenario("ModelRegistry.bindCourts", "once, at deployment", async () => {
    const p = await loadFixture(deployed);
    return p.models.bindCourts([p.demands, p.disputes]);
  }),
  scenario("RoyaltyLedger.endProposal", "called by a court, on its own, for a new holder of the token", async () => {
    const p = await loadFixture(proposed);
    return p.ledger.connect(await as(p.faults)).endProposal(p.epoch, 0n, p.newcomer);
  }),
  scenario("RoyaltyLedger.holdProposal", "called by a court, on its own", async () => {
    const p = await loadFixture(proposed);
    const { finalizableAt } = await p.ledger.proposalOf(p.epoch, 0n);
    return p.ledger.connect(await as(p.demands)).holdProposal(p.epoch, 0n, finalizableAt + 60n);
  }),
  scenario("RoyaltyLedger.endSketches", "called by a court, on its own", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p);
    await sendSketches(p, settlement);
    return p.ledger.connect(await as(p.demands)).endSketches(settlement, true);
  }),
  scenario("RoyaltyLedger.voidSettlement", "called by a court, on its own", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p);
    return p.ledger.connect(await as(p.demands)).voidSettlement(settlement);
  }),
  scenario("RoyaltyLedger.delayFinalization", "by the guardian, for the first time in an epoch", async () => {
    const p = await loadFixture(proposed);
    return p.ledger.connect(p.guardian).delayFinalization(p.epoch, 86_400n);
  }),
  scenario("ModelRegistry.endIndex", "called by a court, on its own", async () => {
    const p = await loadFixture(pendingIndex);
    return p.models.connect(await as(p.demands)).endIndex(1n, p.newcomer);
  }),
];

export const courtScenarios: Scenario[] = [...reservations, ...demands, ...hooks];
