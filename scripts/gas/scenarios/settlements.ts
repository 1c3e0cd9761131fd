// Proofs against settlements of a hundred thousand calls with sketches of 256 coordinates, demands that a receipt be settled, and what they cost whom.
import { type ContractTransactionResponse, concat, keccak256, toBeHex, ZeroHash } from "ethers";
import { loadFixture, networkHelpers, time } from "../../../test/support/network.ts";
import { INCLUSION_TERMS } from "../../../test/support/protocol.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { coveredSettlement, wrongSettlement } from "../settlement-stage.ts";

const GIVEN = "at the budgeted sizes, by a new holder of the token";
const KIND = { receipts: 3, sketches: 4 };
const REVEAL_BLOCKS = 50;

type Wrong = Awaited<ReturnType<typeof wrongSettlement>>;

function proof(name: string, send: (w: Wrong) => Promise<ContractTransactionResponse>): Scenario {
  return scenario(`SettlementProofs.${name}`, GIVEN, async () => send(await loadFixture(wrongSettlement)));
}

/** The name of a commit. */
function nameOf(kind: number, settlement: bigint): string {
  return concat([toBeHex(kind, 1), toBeHex(settlement, 8), toBeHex(0, 4)]);
}

const proofs: Scenario[] = [
  proof("proveSketchForm", (w) => w.proofs.proveSketchForm(w.settlement, 0n, w.brokenSketch)),
  proof("proveSketchReceipt", (w) => w.proofs.proveSketchReceipt(w.settlement, 0n, w.sketch, w.nextReceipt)),
  proof("proveReceiptForm", (w) => w.proofs.proveReceiptForm(w.settlement, w.brokenReceipt)),
  proof("proveReceiptAlone", (w) => w.proofs.proveReceiptAlone(w.settlement, w.receipt)),
  proof("proveReceiptOrder", (w) => w.proofs.proveReceiptOrder(w.settlement, w.receipt, w.nextReceipt)),
  proof("proveContinuity", (w) => w.proofs.proveContinuity(w.settlement, w.nextReceipt, w.earlier, w.nextReceipt)),
  proof("proveUncovered", (w) => w.proofs.proveUncovered(w.settlement, w.nextReceipt)),
  proof("proveForeignChannel", (w) => w.proofs.proveForeignChannel(w.settlement, w.nextReceipt, w.config)),
  proof("proveEquivocation", (w) =>
    w.proofs.proveEquivocation(w.second, w.secondSignature, w.another, w.anotherSignature),
  ),
];

// --- penalties ---

const penalties: Scenario[] = [
  scenario("SettlementProofs.penalizeSigner", "the first of two signers", async () => {
    const w = await loadFixture(wrongSettlement);
    await w.proofs.proveSketchForm(w.settlement, 0n, w.brokenSketch);
    const signers = [w.attributorA.address, w.attributorB.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    return w.proofs.penalizeSigner(BigInt(nameOf(KIND.sketches, w.settlement)), signers, 0n);
  }),
  scenario("SettlementProofs.penalizeGateway", "with stake", async () => {
    const w = await loadFixture(wrongSettlement);
    await w.proofs.proveReceiptForm(w.settlement, w.brokenReceipt);
    return w.proofs.penalizeGateway(BigInt(nameOf(KIND.receipts, w.settlement)));
  }),
];

// --- reservations ---

async function reserved() {
  const w = await loadFixture(wrongSettlement);
  const name = nameOf(KIND.sketches, w.settlement);
  await w.proofs.connect(w.bob).commitProof(name, keccak256(ZeroHash));
  return { ...w, name };
}

const reservations: Scenario[] = [
  scenario("SettlementProofs.commitProof", "the first for a commit", async () => {
    const w = await loadFixture(wrongSettlement);
    return w.proofs.connect(w.bob).commitProof(nameOf(KIND.sketches, w.settlement), keccak256(ZeroHash));
  }),
  scenario("SettlementProofs.proveSketchForm", "while somebody else's reservation can be revealed", async () => {
    const w = await loadFixture(reserved);
    return w.proofs.proveSketchForm(w.settlement, 0n, w.brokenSketch);
  }),
  scenario("SettlementProofs.burnDeposit", "of a proof that was never shown", async () => {
    const w = await loadFixture(reserved);
    await networkHelpers.mine(REVEAL_BLOCKS + 1);
    return w.proofs.burnDeposit(w.bob, keccak256(ZeroHash));
  }),
];

// --- inclusions ---

async function demanded() {
  const w = await loadFixture(coveredSettlement);
  await time.increase(INCLUSION_TERMS.graceSeconds);
  await w.proofs.connect(w.bob).demandInclusion(w.second, w.secondSignature);
  return w;
}

const inclusions: Scenario[] = [
  scenario("SettlementProofs.demandInclusion", "of a gateway with a key", async () => {
    const w = await loadFixture(coveredSettlement);
    await time.increase(INCLUSION_TERMS.graceSeconds);
    return w.proofs.connect(w.bob).demandInclusion(w.second, w.secondSignature);
  }),
  scenario("SettlementProofs.answerInclusion", GIVEN, async () => {
    const w = await loadFixture(demanded);
    return w.proofs.answerInclusion(w.secondHash, w.settlement, w.nextReceipt);
  }),
  scenario("SettlementProofs.endInclusion", "after the deadline", async () => {
    const w = await loadFixture(demanded);
    await time.increase(INCLUSION_TERMS.answerSeconds + 1n);
    return w.proofs.endInclusion(w.secondHash);
  }),
];

export const settlementScenarios: Scenario[] = [...proofs, ...penalties, ...reservations, ...inclusions];
