// Tills, and how the fees that they took were divided.
import { index, onchainTable } from "ponder";

export const till = onchainTable(
  "till",
  (t) => ({
    /** Its address. */
    id: t.hex().primaryKey(),
    modelId: t.bigint().notNull(),
    gateway: t.hex().notNull(),
    settlementCount: t.integer().notNull(),
    callCount: t.bigint().notNull(),
    fees: t.bigint().notNull(),
    plainFees: t.bigint().notNull(),
    latestFeeSplitId: t.text(),
    createdAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ model: index().on(table.modelId), gateway: index().on(table.gateway) }),
);

/** How one closing of a till was divided. Without a settlement it was income without receipts. */
export const feeSplit = onchainTable(
  "fee_split",
  (t) => ({
    id: t.text().primaryKey(),
    tillId: t.hex().notNull(),
    versionId: t.bigint().notNull(),
    settlementId: t.bigint(),
    fee: t.bigint().notNull(),
    treasury: t.bigint().notNull(),
    gateway: t.bigint().notNull(),
    ancestors: t.bigint().notNull(),
    curators: t.bigint().notNull(),
    stakers: t.bigint().notNull(),
    developer: t.bigint().notNull(),
    data: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    till: index().on(table.tillId),
    version: index().on(table.versionId),
    settlement: index().on(table.settlementId),
  }),
);

/** Who runs tills and signs receipts. */
export const gateway = onchainTable("gateway", (t) => ({
  /** Its address. */
  id: t.hex().primaryKey(),
  tillCount: t.integer().notNull(),
  settlementCount: t.integer().notNull(),
  callCount: t.bigint().notNull(),
  /** Taken by its tills, and its own part of that. */
  fees: t.bigint().notNull(),
  share: t.bigint().notNull(),
  settlementsVoided: t.integer().notNull(),
  createdAt: t.bigint().notNull(),
  createdBlock: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));
