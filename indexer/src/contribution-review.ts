// Folds the events of ContributionReview: duplicates, objections, votes, and what became of the bonds.
import { type Context, type Event, ponder } from "ponder:registry";
import {
  bondPayment,
  bondSlash,
  contribution,
  duplicateProof,
  objection,
  reviewBook,
  reviewRound,
  reviewVote,
  verdict as verdicts,
} from "ponder:schema";
import { zeroAddress } from "viem";
import { memberAt } from "./enum-member.ts";
import { plain } from "./plain-text.ts";
import { created, eventId, occurred } from "./provenance.ts";

type ReviewEvent = Extract<Event, { log: { address: string } }>;

/** Changes the review's books, which its first bond opens. */
async function book(
  { db }: Pick<Context, "db">,
  event: ReviewEvent,
  change: { owed: bigint; burned?: bigint },
): Promise<void> {
  const { owed, burned = 0n } = change;
  await db
    .insert(reviewBook)
    .values({ id: event.log.address, owed, burned })
    .onConflictDoUpdate((row) => ({ owed: row.owed + owed, burned: row.burned + burned }));
}

// --- duplicates ---

ponder.on("ContributionReview:DuplicateShown", async ({ event, context }) => {
  const { contribution: contributionId, earlier: earlierId, prover, recordHash } = event.args;
  await context.db.insert(duplicateProof).values({
    contributionId,
    earlierId,
    prover,
    recordHash,
    shownAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("ContributionReview:DuplicateDismissed", async ({ event, context }) => {
  const { contribution: contributionId, earlier: earlierId } = event.args;
  await context.db.update(duplicateProof, { contributionId, earlierId }).set({ dismissedAt: event.block.timestamp });
});

// --- objections ---

ponder.on("ContributionReview:RoundOpened", async ({ event, context }) => {
  const { round: id, electorate, snapshot, stake, commitUntil, revealUntil } = event.args;
  await context.db.insert(reviewRound).values({
    id,
    electorateId: electorate === 0n ? null : electorate,
    snapshot: BigInt(snapshot),
    stake,
    commitUntil: BigInt(commitUntil),
    revealUntil: BigInt(revealUntil),
    keep: 0n,
    mistake: 0n,
    negligence: 0n,
    malice: 0n,
    openedAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("ContributionReview:ObjectionMade", async ({ event, context }) => {
  const { contribution: contributionId, objector, round: roundId, claimed, bond, reasonHash, uri } = event.args;
  const { db } = context;
  await db.insert(objection).values({
    contributionId,
    objector,
    claimed: memberAt(verdicts.enumValues, claimed),
    bond,
    reasonHash,
    uri: plain(uri),
    roundId,
    madeAt: event.block.timestamp,
    ...created(event),
  });
  await db.update(reviewRound, { id: roundId }).set({ contributionId });
  // It may be under review already, for a duplicate that is shown.
  await db.update(contribution, { id: contributionId }).set({ reason: "objection" });
  await book(context, event, { owed: bond });
});

ponder.on("ContributionReview:AppealMade", async ({ event, context }) => {
  const { contribution: contributionId, appellant, round: appealRoundId, bond: appealBond } = event.args;
  await context.db.update(objection, { contributionId }).set({ appellant, appealBond, appealRoundId });
  await context.db.update(reviewRound, { id: appealRoundId }).set({ contributionId });
  await book(context, event, { owed: appealBond });
});

ponder.on("ContributionReview:ObjectionResolved", async ({ event, context }) => {
  const { contribution: contributionId, verdict } = event.args;
  await context.db
    .update(objection, { contributionId })
    .set({ verdict: memberAt(verdicts.enumValues, verdict), resolvedAt: event.block.timestamp });
  // What follows in this transaction says otherwise, unless a duplicate is shown: then the contribution stays under review for that.
  await context.db.update(contribution, { id: contributionId }).set({ reason: "duplicate_shown" });
});

// --- votes ---

ponder.on("ContributionReview:VoteCommitted", async ({ event, context }) => {
  const { round: roundId, pool: poolId, commitment } = event.args;
  await context.db
    .insert(reviewVote)
    .values({ roundId, poolId, commitment, committedAt: event.block.timestamp, ...created(event) });
});

ponder.on("ContributionReview:VoteRevealed", async ({ event, context }) => {
  const { round: roundId, pool: poolId, verdict: number, weight } = event.args;
  const verdict = memberAt(verdicts.enumValues, number);
  await context.db.update(reviewVote, { roundId, poolId }).set({ verdict, weight, revealedAt: event.block.timestamp });
  await context.db.update(reviewRound, { id: roundId }).set((row) => ({ [verdict]: row[verdict] + weight }));
});

ponder.on("ContributionReview:UnrevealedSlashed", async ({ event, context }) => {
  const { round: roundId, pool: poolId, slashed } = event.args;
  await context.db.update(reviewVote, { roundId, poolId }).set({ slashed });
});

// --- bonds ---

ponder.on("ContributionReview:BondSlashed", async ({ event, context }) => {
  const { contribution: contributionId, from, rewardTo, slashed, reward } = event.args;
  await context.db.insert(bondSlash).values({
    id: eventId(event),
    contributionId,
    from,
    rewardTo: rewardTo === zeroAddress ? null : rewardTo,
    slashed,
    reward,
    ...occurred(event),
  });
  // The payment of the reward is an event of its own.
  await book(context, event, { owed: reward - slashed, burned: slashed - reward });
});

ponder.on("ContributionReview:BondPaid", async ({ event, context }) => {
  const { account, amount } = event.args;
  const payment = { id: eventId(event), account, kind: "paid", amount, ...occurred(event) } as const;
  await context.db.insert(bondPayment).values(payment);
  await book(context, event, { owed: -amount });
});

ponder.on("ContributionReview:BondCredited", async ({ event, context }) => {
  const { account, amount } = event.args;
  const payment = { id: eventId(event), account, kind: "credited", amount, ...occurred(event) } as const;
  await context.db.insert(bondPayment).values(payment);
});
