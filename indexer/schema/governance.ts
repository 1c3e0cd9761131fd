// Governance: votes of gOPEN on calls that the timelock then makes, and what they set.
import { index, onchainTable, primaryKey } from "ponder";
import { governanceStatus, support } from "./enums.ts";

export const governanceProposal = onchainTable(
  "governance_proposal",
  (t) => ({
    id: t.bigint().primaryKey(),
    proposer: t.hex().notNull(),
    status: governanceStatus().notNull(),
    /** The calls: the one at each place has its target, value and data at that place. */
    targets: t.hex().array().notNull(),
    values: t.text().array().notNull(),
    calldatas: t.hex().array().notNull(),
    description: t.text().notNull(),
    /** When votes are measured, and the end of the vote, late quorum included. */
    voteStart: t.bigint().notNull(),
    voteEnd: t.bigint().notNull(),
    votesFor: t.bigint().notNull(),
    votesAgainst: t.bigint().notNull(),
    votesAbstain: t.bigint().notNull(),
    voterCount: t.integer().notNull(),
    /** Once queued: when the timelock lets it be executed. */
    executableAt: t.bigint(),
    queuedAt: t.bigint(),
    executedAt: t.bigint(),
    canceledAt: t.bigint(),
    proposedAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    proposer: index().on(table.proposer),
    status: index().on(table.status),
    proposed: index().on(table.proposedAt, table.id),
  }),
);

export const governanceVote = onchainTable(
  "governance_vote",
  (t) => ({
    proposalId: t.bigint().notNull(),
    voter: t.hex().notNull(),
    support: support().notNull(),
    weight: t.bigint().notNull(),
    reason: t.text().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.proposalId, table.voter] }), voter: index().on(table.voter) }),
);

/** An account that has, or had, gOPEN or votes. */
export const voter = onchainTable(
  "voter",
  (t) => ({
    /** Its address. */
    id: t.hex().primaryKey(),
    balance: t.bigint().notNull(),
    /** Whom its balance votes through: itself, another, or nobody. */
    delegate: t.hex(),
    /** Of everybody who delegates to it. */
    votes: t.bigint().notNull(),
  }),
  (table) => ({ delegate: index().on(table.delegate), votes: index().on(table.votes) }),
);

/** A number that a contract lets governance set, as it is now. */
export const parameter = onchainTable("parameter", (t) => ({
  /** `RoyaltyLedger.bondFloor`, and so on. */
  id: t.text().primaryKey(),
  contract: t.hex().notNull(),
  value: t.bigint().notNull(),
  setAt: t.bigint().notNull(),
  block: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** The first one of a parameter is of the deployment. */
export const parameterChange = onchainTable(
  "parameter_change",
  (t) => ({
    id: t.text().primaryKey(),
    parameterId: t.text().notNull(),
    value: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ parameter: index().on(table.parameterId) }),
);
