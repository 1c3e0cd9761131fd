// Positions: who owns which right to a royalty stream, and what it was paid.
import { index, onchainTable } from "ponder";
import { positionKind } from "./enums.ts";

export const position = onchainTable(
  "position",
  (t) => ({
    id: t.bigint().primaryKey(),
    kind: positionKind().notNull(),
    /** Set for curators and contributors. */
    datanetId: t.bigint(),
    /** Set for developers. */
    modelId: t.bigint(),
    owner: t.hex().notNull(),
    /** Who else may claim now: whom the owner appointed since the last transfer. */
    claimer: t.hex(),
    /** The last appointment and its author, whether it still holds or not. */
    appointee: t.hex(),
    appointedBy: t.hex(),
    /** What a signed delegation must name to count. */
    delegationNonce: t.bigint().notNull(),
    /** Ever accrued directly; `unclaimedAccrued` of it can still be claimed. */
    accrued: t.bigint().notNull(),
    unclaimedAccrued: t.bigint().notNull(),
    claimedAccrued: t.bigint().notNull(),
    /** The treasury's only: what of its accruals paid the proposers of finalised results. */
    paidToProposers: t.bigint().notNull(),
    /** Claimed out of the payouts tree. What is still there is in the epoch's bundle, not on the chain. */
    claimedAttributed: t.bigint().notNull(),
    claimedTotal: t.bigint().notNull(),
    createdAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    owner: index().on(table.owner),
    datanet: index().on(table.datanetId),
    model: index().on(table.modelId),
    // Orders of the list of all positions.
    claimedTotal: index().on(table.claimedTotal, table.id),
    unclaimedAccrued: index().on(table.unclaimedAccrued, table.id),
    accrued: index().on(table.accrued, table.id),
  }),
);

export const positionTransfer = onchainTable(
  "position_transfer",
  (t) => ({
    id: t.text().primaryKey(),
    positionId: t.bigint().notNull(),
    from: t.hex().notNull(),
    to: t.hex().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ position: index().on(table.positionId) }),
);

export const accrual = onchainTable(
  "accrual",
  (t) => ({
    id: t.text().primaryKey(),
    positionId: t.bigint().notNull(),
    /** The contract or account that paid: a till, a registry, the ledger itself or anyone. */
    from: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ position: index().on(table.positionId, table.at, table.id), from: index().on(table.from) }),
);

/** What one transaction paid one recipient for a position. */
export const claim = onchainTable(
  "claim",
  (t) => ({
    id: t.text().primaryKey(),
    positionId: t.bigint().notNull(),
    recipient: t.hex().notNull(),
    attributed: t.bigint().notNull(),
    accrued: t.bigint().notNull(),
    /** Who sent the transaction. */
    sender: t.hex().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    /** Of its first event, in the block. */
    logIndex: t.integer().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    position: index().on(table.positionId, table.at, table.id),
    recipient: index().on(table.recipient),
  }),
);
