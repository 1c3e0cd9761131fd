// Disputes over sketches: whether one that was committed is the gradient's. Attested by the attributors' stake, not proven.
import { index, onchainTable, primaryKey } from "ponder";
import { disputeOutcome, target, verdict } from "./enums.ts";

/** Its id is that of its round of votes. */
export const dispute = onchainTable(
  "dispute",
  (t) => ({
    id: t.bigint().primaryKey(),
    /** Sketches or an index. */
    target: target().notNull(),
    settlementId: t.bigint(),
    versionId: t.bigint(),
    /** Number of the commit, and place of the sketch in it. */
    sub: t.integer().notNull(),
    place: t.bigint().notNull(),
    disputer: t.hex().notNull(),
    bond: t.bigint().notNull(),
    outcome: disputeOutcome().notNull(),
    /** Whether the commit ended by this. */
    hasEnded: t.boolean().notNull(),
    /** Of the bond. */
    refund: t.bigint(),
    burned: t.bigint(),
    heldUntil: t.bigint().notNull(),
    disputedAt: t.bigint().notNull(),
    resolvedAt: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    disputer: index().on(table.disputer),
    settlement: index().on(table.settlementId),
    version: index().on(table.versionId),
  }),
);

/** A vote of attributors: commits, then reveals. They keep the sketch or call it a mistake. */
export const disputeRound = onchainTable("dispute_round", (t) => ({
  id: t.bigint().primaryKey(),
  /** When their stake was measured; `stake` is that of all of them. */
  snapshot: t.bigint().notNull(),
  stake: t.bigint().notNull(),
  commitUntil: t.bigint().notNull(),
  revealUntil: t.bigint().notNull(),
  /** Revealed weight. */
  keep: t.bigint().notNull(),
  mistake: t.bigint().notNull(),
  openedAt: t.bigint().notNull(),
  createdBlock: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** A pool's vote in a round: committed, then revealed or slashed. */
export const disputeVote = onchainTable(
  "dispute_vote",
  (t) => ({
    roundId: t.bigint().notNull(),
    poolId: t.bigint().notNull(),
    commitment: t.hex().notNull(),
    verdict: verdict(),
    weight: t.bigint(),
    /** Of the pool's stake, as it was not revealed. */
    slashed: t.bigint(),
    committedAt: t.bigint().notNull(),
    revealedAt: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.roundId, table.poolId] }), pool: index().on(table.poolId) }),
);
