// Settlements, epochs, proposals, payouts roots, and the books of the ledger.
import { index, onchainTable, primaryKey } from "ponder";
import { ending } from "./ending.ts";
import { endingCause, epochStatus, proposalStatus, settlementStatus, sketchStatus } from "./enums.ts";

export const settlement = onchainTable(
  "settlement",
  (t) => ({
    id: t.bigint().primaryKey(),
    versionId: t.bigint().notNull(),
    tillId: t.hex().notNull(),
    status: settlementStatus().notNull(),
    /** Receipts: one per call. */
    count: t.integer().notNull(),
    fee: t.bigint().notNull(),
    pool: t.bigint().notNull(),
    receiptsHash: t.hex().notNull(),
    receiptsBundleHash: t.hex(),
    sketchesHash: t.hex(),
    sketchesBundleHash: t.hex(),
    sketchesCommitter: t.hex(),
    /** Sketch commits so far, those that were ended or released included; what stands is the last one. */
    sketchCommitCount: t.integer().notNull(),
    openedAt: t.bigint().notNull(),
    committedAt: t.bigint(),
    /** End of the sketch window; the settlement belongs to the epoch of that instant. */
    readyAt: t.bigint(),
    expiredAt: t.bigint(),
    voidedAt: t.bigint(),
    voidedBy: endingCause(),
    epochId: t.bigint(),
    group: t.integer(),
    /** Place of its first call in its group. */
    offset: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    version: index().on(table.versionId),
    till: index().on(table.tillId),
    status: index().on(table.status),
    epochGroup: index().on(table.epochId, table.group),
  }),
);

export const settlementStatusChange = onchainTable(
  "settlement_status_change",
  (t) => ({
    id: t.text().primaryKey(),
    settlementId: t.bigint().notNull(),
    status: settlementStatus().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ settlement: index().on(table.settlementId) }),
);

/** Sketches that a quorum of attributors signed for a settlement. */
export const sketchCommit = onchainTable(
  "sketch_commit",
  (t) => ({
    settlementId: t.bigint().notNull(),
    /** Number among the settlement's, from 0. */
    sub: t.integer().notNull(),
    status: sketchStatus().notNull(),
    rootHash: t.hex().notNull(),
    count: t.bigint().notNull(),
    bundleHash: t.hex().notNull(),
    committer: t.hex().notNull(),
    committedAt: t.bigint().notNull(),
    /** Later than its window where a dispute holds it. */
    readyAt: t.bigint().notNull(),
    endedAt: t.bigint(),
    endedBy: endingCause(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.settlementId, table.sub] }), status: index().on(table.status) }),
);

/** Data share of a fee that was booked without receipts. Negative: it expired, and went to the treasury. */
export const plainIncome = onchainTable(
  "plain_income",
  (t) => ({
    id: t.text().primaryKey(),
    versionId: t.bigint().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ version: index().on(table.versionId) }),
);

/** An epoch with at least one ready settlement. */
export const epoch = onchainTable("epoch", (t) => ({
  id: t.bigint().primaryKey(),
  status: epochStatus().notNull(),
  endsAt: t.bigint().notNull(),
  groupCount: t.integer().notNull(),
  settlementCount: t.integer().notNull(),
  callCount: t.bigint().notNull(),
  pools: t.bigint().notNull(),
  proposalCount: t.integer().notNull(),
  finalProposal: t.integer(),
  finalizedAt: t.bigint(),
}));

/** All settlements of one version in one epoch, with one pool. */
export const epochGroup = onchainTable(
  "epoch_group",
  (t) => ({
    epochId: t.bigint().notNull(),
    group: t.integer().notNull(),
    versionId: t.bigint().notNull(),
    callCount: t.bigint().notNull(),
    settlementCount: t.integer().notNull(),
    /** Pools of its settlements and the income without receipts that joined it. */
    pool: t.bigint().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.epochId, table.group] }), version: index().on(table.versionId) }),
);

/** By how much the guardian delays the finalisation of an epoch; it is contained in the proposals' `finalizableAt`. */
export const epochDelay = onchainTable("epoch_delay", (t) => ({
  epochId: t.bigint().primaryKey(),
  delaySeconds: t.bigint().notNull(),
  delayedAt: t.bigint().notNull(),
  block: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** Pending until the epoch is finalised, by it or (superseded) by an earlier one, or until a court ends it. */
export const proposal = onchainTable(
  "proposal",
  (t) => ({
    epochId: t.bigint().notNull(),
    proposal: t.integer().notNull(),
    proposer: t.hex().notNull(),
    status: proposalStatus().notNull(),
    groupsHash: t.hex().notNull(),
    groupsSum: t.bigint().notNull(),
    payoutsHash: t.hex().notNull(),
    payoutsSum: t.bigint().notNull(),
    bundleHash: t.hex().notNull(),
    bond: t.bigint().notNull(),
    bondReturnedAt: t.bigint(),
    /** Paid to the proposer of the finalised one from the treasury position's accruals. */
    fee: t.bigint().notNull(),
    proposedAt: t.bigint().notNull(),
    finalizableAt: t.bigint().notNull(),
    ...ending(t),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.epochId, table.proposal] }),
    proposer: index().on(table.proposer),
    status: index().on(table.status),
  }),
);

/** A finalised payouts root; the newest one is what claims open against. */
export const payoutRoot = onchainTable("payout_root", (t) => ({
  epochId: t.bigint().primaryKey(),
  proposal: t.integer().notNull(),
  hash: t.hex().notNull(),
  /** Everything that was ever attributed, and the part of it that this epoch added. */
  sum: t.bigint().notNull(),
  added: t.bigint().notNull(),
  finalizedAt: t.bigint().notNull(),
  createdBlock: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** The books of one payment token: what the ledger and its vault hold for others, and what they ever took and paid. */
export const ledger = onchainTable("ledger", (t) => ({
  /** The ledger's address. */
  id: t.hex().primaryKey(),
  token: t.hex().notNull(),
  /** Where positions claim. */
  vault: t.hex().notNull(),
  treasuryPositionId: t.bigint().notNull(),
  /** When epoch 0 began, the parameters fixed at deployment, and the bond and the fee of proposals as governance set them last. */
  genesis: t.bigint().notNull(),
  epochSeconds: t.bigint().notNull(),
  sketchWindowSeconds: t.bigint().notNull(),
  challengeWindowSeconds: t.bigint().notNull(),
  settlementLifetimeSeconds: t.bigint().notNull(),
  bondFloor: t.bigint().notNull(),
  bondBps: t.integer().notNull(),
  proposerFee: t.bigint().notNull(),
  /** Held for others: pools not yet finalised, payouts (by the vault) and accruals not yet claimed, bonds. */
  owedPools: t.bigint().notNull(),
  owedPayouts: t.bigint().notNull(),
  owedAccrued: t.bigint().notNull(),
  owedBonds: t.bigint().notNull(),
  payoutsHash: t.hex(),
  payoutsSum: t.bigint().notNull(),
  settlementCount: t.integer().notNull(),
  callCount: t.bigint().notNull(),
  accrued: t.bigint().notNull(),
  claimedAttributed: t.bigint().notNull(),
  claimedAccrued: t.bigint().notNull(),
  paidToProposers: t.bigint().notNull(),
}));
