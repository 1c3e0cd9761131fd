// Disputed contributions: duplicates, objections, votes, bonds.
import { index, onchainTable, primaryKey } from "ponder";
import { bondPaymentKind, verdict } from "./enums.ts";

/** A record that is shown to stand earlier already. If the earlier contribution is rejected, the proof is dismissed. */
export const duplicateProof = onchainTable(
  "duplicate_proof",
  (t) => ({
    contributionId: t.bigint().notNull(),
    earlierId: t.bigint().notNull(),
    prover: t.hex().notNull(),
    recordHash: t.hex().notNull(),
    dismissedAt: t.bigint(),
    shownAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.contributionId, table.earlierId] }),
    earlier: index().on(table.earlierId),
    prover: index().on(table.prover),
  }),
);

/** The one objection to a contribution. */
export const objection = onchainTable(
  "objection",
  (t) => ({
    contributionId: t.bigint().primaryKey(),
    objector: t.hex().notNull(),
    claimed: verdict().notNull(),
    bond: t.bigint().notNull(),
    /** keccak256 of the reasons at `uri`. */
    reasonHash: t.hex().notNull(),
    uri: t.text().notNull(),
    roundId: t.bigint().notNull(),
    appellant: t.hex(),
    appealBond: t.bigint(),
    appealRoundId: t.bigint(),
    /** As carried out. */
    verdict: verdict(),
    madeAt: t.bigint().notNull(),
    resolvedAt: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ objector: index().on(table.objector) }),
);

/** A vote of validators: commits, then reveals. */
export const reviewRound = onchainTable(
  "review_round",
  (t) => ({
    id: t.bigint().primaryKey(),
    contributionId: t.bigint(),
    /** The datanet whose validators vote; null: those of all. */
    electorateId: t.bigint(),
    /** When their stake was measured; `stake` is that of all of them. */
    snapshot: t.bigint().notNull(),
    stake: t.bigint().notNull(),
    commitUntil: t.bigint().notNull(),
    revealUntil: t.bigint().notNull(),
    /** Revealed weight by verdict. */
    keep: t.bigint().notNull(),
    mistake: t.bigint().notNull(),
    negligence: t.bigint().notNull(),
    malice: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ contribution: index().on(table.contributionId) }),
);

/** A pool's vote in a round: committed, then revealed or slashed. */
export const reviewVote = onchainTable(
  "review_vote",
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

/** What an objection's or an appeal's bond lost: `reward` to the other side, the rest burned. */
export const bondSlash = onchainTable(
  "bond_slash",
  (t) => ({
    id: t.text().primaryKey(),
    contributionId: t.bigint().notNull(),
    from: t.hex().notNull(),
    rewardTo: t.hex(),
    slashed: t.bigint().notNull(),
    reward: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ contribution: index().on(table.contributionId), from: index().on(table.from) }),
);

/** What the review paid of bonds; or credited, where the account could not receive it: it is paid later then. */
export const bondPayment = onchainTable(
  "bond_payment",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.hex().notNull(),
    kind: bondPaymentKind().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ account: index().on(table.account) }),
);

/** The books of the review. */
export const reviewBook = onchainTable("review_book", (t) => ({
  /** Its address. */
  id: t.hex().primaryKey(),
  /** Held for others: bonds, and what could not be paid. */
  owed: t.bigint().notNull(),
  burned: t.bigint().notNull(),
}));
