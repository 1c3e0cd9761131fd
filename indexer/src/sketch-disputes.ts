// Folds the events of SketchDisputes: disputes, the votes on them, and what they cost signers.
import { ponder } from "ponder:registry";
import { dispute, disputeOutcome, disputeRound, disputeVote, penalty, verdict as verdicts } from "ponder:schema";
import { accusedBy, noteCause } from "./accused.ts";
import { addToProtocol } from "./add-to-totals.ts";
import { memberAt } from "./enum-member.ts";
import { created, eventId, occurred } from "./provenance.ts";

ponder.on("SketchDisputes:RoundOpened", async ({ event, context }) => {
  const { round: id, snapshot, stake, commitUntil, revealUntil } = event.args;
  await context.db.insert(disputeRound).values({
    id,
    snapshot: BigInt(snapshot),
    stake,
    commitUntil: BigInt(commitUntil),
    revealUntil: BigInt(revealUntil),
    keep: 0n,
    mistake: 0n,
    openedAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("SketchDisputes:Disputed", async ({ event, context }) => {
  const { round: id, commitment, disputer, place, bond, heldUntil } = event.args;
  await context.db.insert(dispute).values({
    id,
    ...accusedBy(commitment.kind, commitment.id, commitment.sub),
    sub: commitment.sub,
    place: BigInt(place),
    disputer,
    bond,
    outcome: "open",
    hasEnded: false,
    heldUntil: BigInt(heldUntil),
    disputedAt: event.block.timestamp,
    ...created(event),
  });
  await addToProtocol(context, { disputes: 1 });
});

ponder.on("SketchDisputes:DisputeResolved", async ({ event, context }) => {
  const { round: id, outcome: number, hasEnded, refund, burned } = event.args;
  const outcome = memberAt(disputeOutcome.enumValues, number);
  const { target, versionId, settlementId, sub } = await context.db
    .update(dispute, { id })
    .set({ outcome, hasEnded, refund, burned, resolvedAt: event.block.timestamp });
  if (hasEnded) {
    const accused =
      target === "index" ? { target, versionId: versionId!, sub } : { target, settlementId: settlementId!, sub };
    await noteCause(context, accused, "dispute");
  }
  if (outcome === "outside") await addToProtocol(context, { disputesOutside: 1 });
});

// --- votes ---

ponder.on("SketchDisputes:VoteCommitted", async ({ event, context }) => {
  const { round: roundId, pool: poolId, commitment } = event.args;
  await context.db
    .insert(disputeVote)
    .values({ roundId, poolId, commitment, committedAt: event.block.timestamp, ...created(event) });
});

ponder.on("SketchDisputes:VoteRevealed", async ({ event, context }) => {
  const { round: roundId, pool: poolId, verdict: number, weight } = event.args;
  const verdict = memberAt(verdicts.enumValues, number);
  await context.db.update(disputeVote, { roundId, poolId }).set({ verdict, weight, revealedAt: event.block.timestamp });
  await context.db
    .update(disputeRound, { id: roundId })
    .set((row) => (verdict === "keep" ? { keep: row.keep + weight } : { mistake: row.mistake + weight }));
});

ponder.on("SketchDisputes:UnrevealedSlashed", async ({ event, context }) => {
  const { round: roundId, pool: poolId, slashed } = event.args;
  await context.db.update(disputeVote, { roundId, poolId }).set({ slashed });
});

ponder.on("SketchDisputes:SignerSlashed", async ({ event, context }) => {
  const { round: caseId, signer: operator, hasAdmitted, slashed, reward } = event.args;
  await context.db.insert(penalty).values({
    id: eventId(event),
    kind: "disputed",
    caseId,
    operator,
    hasAdmitted,
    slashed,
    reward,
    court: event.log.address,
    ...occurred(event),
  });
});
