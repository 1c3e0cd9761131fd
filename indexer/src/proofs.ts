// Folds the events of FaultProofs, IndexProofs and SettlementProofs about proofs: what was shown, who had reserved it, and who was paid.
import { type Context, ponder } from "ponder:registry";
import { faultKind, indexCommit, proofReservation, proposal, provenFault } from "ponder:schema";
import { and, eq, isNull } from "ponder";
import type { Address, Hex } from "viem";
import { type Accused, accusedNamed, noteCause } from "./accused.ts";
import { addToProtocol } from "./add-to-totals.ts";
import { rewardHeld, rewardPaid } from "./ending-columns.ts";
import { memberAt } from "./enum-member.ts";
import { created, eventId, type Occurrence, occurred } from "./provenance.ts";

type CourtEvent = Occurrence & { log: { address: Address } };

// Of the schema's one list, the faults of each court in the order of its enum.
const PROPOSAL_FAULTS = faultKind.enumValues.slice(0, 8);
const INDEX_FAULTS = faultKind.enumValues.slice(8, 12);
const BREACHES = faultKind.enumValues.slice(12);

function proposalOf({ epoch, proposal: number }: { epoch: bigint; proposal: number }): Accused {
  return { target: "proposal", epochId: epoch, proposal: number };
}

function indexOf({ version, sub }: { version: bigint; sub: number }): Accused {
  return { target: "index", versionId: version, sub };
}

// --- what was shown ---

async function recordFault(
  context: Context,
  event: CourtEvent,
  fault: { accused: Accused; kind: (typeof faultKind.enumValues)[number]; prover: Address; caseId?: bigint },
): Promise<void> {
  const { accused, ...shown } = fault;
  await context.db
    .insert(provenFault)
    .values({ id: eventId(event), ...accused, ...shown, court: event.log.address, ...occurred(event) });
  await noteCause(context, accused, "fault_proof");
  await addToProtocol(context, { provenFaults: 1 });
}

ponder.on("FaultProofs:FaultProven", async ({ event, context }) => {
  const { fault, prover } = event.args;
  const kind = memberAt(PROPOSAL_FAULTS, fault);
  await recordFault(context, event, { accused: proposalOf(event.args), kind, prover });
});

ponder.on("IndexProofs:IndexFaultProven", async ({ event, context }) => {
  const { fault, prover } = event.args;
  const kind = memberAt(INDEX_FAULTS, fault);
  await recordFault(context, event, { accused: indexOf(event.args), kind, prover });
});

ponder.on("SettlementProofs:BreachProven", async ({ event, context }) => {
  const { commit, id: caseId, breach, prover } = event.args;
  const kind = memberAt(BREACHES, breach);
  await recordFault(context, event, { accused: accusedNamed(commit), kind, prover, caseId });
});

// --- reservations ---

/** @param name Of the commit, among those of the court. */
function reservationId(court: Address, name: string, number: number): string {
  return `${court}-${name}-${number}`;
}

async function recordReservation(
  { db }: Context,
  event: CourtEvent,
  reservation: { accused: Accused; name: string; sender: Address; commitment: Hex; number: number },
): Promise<void> {
  const { accused, name, sender, commitment, number } = reservation;
  const court = event.log.address;
  await db.insert(proofReservation).values({
    id: reservationId(court, name, number),
    ...accused,
    court,
    sender,
    commitment,
    number: BigInt(number),
    reservedAt: event.block.timestamp,
    ...created(event),
  });
}

async function recordReveal({ db }: Context, event: CourtEvent, name: string, number: number): Promise<void> {
  const id = reservationId(event.log.address, name, number);
  await db.update(proofReservation, { id }).set({ revealedAt: event.block.timestamp });
}

ponder.on("FaultProofs:ProofReserved", async ({ event, context }) => {
  const { epoch, proposal: number, ...reservation } = event.args;
  const name = `${epoch}-${number}`;
  await recordReservation(context, event, { accused: proposalOf(event.args), name, ...reservation });
});

ponder.on("FaultProofs:ProofRevealed", async ({ event, context }) => {
  const { epoch, proposal: number, number: place } = event.args;
  await recordReveal(context, event, `${epoch}-${number}`, place);
});

ponder.on("IndexProofs:IndexProofReserved", async ({ event, context }) => {
  const { version, sub, ...reservation } = event.args;
  await recordReservation(context, event, { accused: indexOf(event.args), name: `${version}-${sub}`, ...reservation });
});

ponder.on("IndexProofs:IndexProofRevealed", async ({ event, context }) => {
  const { version, sub, number } = event.args;
  await recordReveal(context, event, `${version}-${sub}`, number);
});

ponder.on("SettlementProofs:ProofReserved", async ({ event, context }) => {
  const { commit, ...reservation } = event.args;
  await recordReservation(context, event, { accused: accusedNamed(commit), name: commit, ...reservation });
});

ponder.on("SettlementProofs:ProofRevealed", async ({ event, context }) => {
  await recordReveal(context, event, event.args.commit, event.args.number);
});

/** A sender may reserve the same again once a reservation has burned, so only one of them is neither revealed nor burned. */
async function recordBurn(
  { db }: Context,
  event: CourtEvent,
  { sender, commitment }: { sender: Address; commitment: Hex },
): Promise<void> {
  await db.sql
    .update(proofReservation)
    .set({ burnedAt: event.block.timestamp })
    .where(
      and(
        eq(proofReservation.court, event.log.address),
        eq(proofReservation.sender, sender),
        eq(proofReservation.commitment, commitment),
        isNull(proofReservation.revealedAt),
        isNull(proofReservation.burnedAt),
      ),
    );
}

ponder.on("FaultProofs:DepositBurned", async ({ event, context }) => recordBurn(context, event, event.args));
ponder.on("IndexProofs:DepositBurned", async ({ event, context }) => recordBurn(context, event, event.args));
ponder.on("SettlementProofs:DepositBurned", async ({ event, context }) => recordBurn(context, event, event.args));

// --- rewards that are held for earlier reservations ---

ponder.on("FaultProofs:RewardHeld", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, heldUntil } = event.args;
  await context.db.update(proposal, { epochId, proposal: number }).set(rewardHeld(heldUntil));
});

ponder.on("FaultProofs:RewardPaid", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, prover } = event.args;
  await context.db.update(proposal, { epochId, proposal: number }).set(rewardPaid(event.block.timestamp, prover));
});

ponder.on("IndexProofs:IndexRewardHeld", async ({ event, context }) => {
  const { version: versionId, sub, heldUntil } = event.args;
  await context.db.update(indexCommit, { versionId, sub }).set(rewardHeld(heldUntil));
});

ponder.on("IndexProofs:IndexRewardPaid", async ({ event, context }) => {
  const { version: versionId, sub, prover } = event.args;
  await context.db.update(indexCommit, { versionId, sub }).set(rewardPaid(event.block.timestamp, prover));
});
