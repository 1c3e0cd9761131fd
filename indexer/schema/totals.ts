// Totals: of the whole protocol, and of hours and days. There is no row for a period in which nothing happened.
import { index, onchainTable, type PgColumnsBuilders, primaryKey } from "ponder";
import { period } from "./enums.ts";

/** Fees of calls with and without receipts, and where they went, as `FeeSplit` tells; the parts add up to `fees`. */
function feeColumns(t: PgColumnsBuilders) {
  return {
    calls: t.bigint().notNull(),
    fees: t.bigint().notNull(),
    /** Of them, those without receipts. */
    plainFees: t.bigint().notNull(),
    treasury: t.bigint().notNull(),
    gateway: t.bigint().notNull(),
    ancestors: t.bigint().notNull(),
    curators: t.bigint().notNull(),
    stakers: t.bigint().notNull(),
    developer: t.bigint().notNull(),
    data: t.bigint().notNull(),
  };
}

/** Contributions are counted when they were made, accepted or rejected. */
function contributionColumns(t: PgColumnsBuilders) {
  return {
    contributions: t.integer().notNull(),
    accepted: t.integer().notNull(),
    rejected: t.integer().notNull(),
    acceptedRecords: t.bigint().notNull(),
    licenceIncome: t.bigint().notNull(),
  };
}

/** What positions came to and were paid: direct income, and what they claimed of it and of the attributed one. */
function incomeColumns(t: PgColumnsBuilders) {
  return {
    accrued: t.bigint().notNull(),
    claimedAccrued: t.bigint().notNull(),
    claimedAttributed: t.bigint().notNull(),
  };
}

/** Of everything; one row, of id `all`. */
export const protocol = onchainTable("protocol", (t) => ({
  id: t.text().primaryKey(),
  ...feeColumns(t),
  ...contributionColumns(t),
  ...incomeColumns(t),
  /** Data shares that finalised epochs attributed, and those that went to the treasury as nothing came of them. */
  attributed: t.bigint().notNull(),
  givenUp: t.bigint().notNull(),
  datanets: t.integer().notNull(),
  models: t.integer().notNull(),
  modelVersions: t.integer().notNull(),
  positions: t.integer().notNull(),
  tills: t.integer().notNull(),
  settlements: t.integer().notNull(),
  settlementsVoided: t.integer().notNull(),
  settlementsExpired: t.integer().notNull(),
  sketchCommits: t.integer().notNull(),
  sketchCommitsEnded: t.integer().notNull(),
  indexCommits: t.integer().notNull(),
  indexCommitsEnded: t.integer().notNull(),
  epochs: t.integer().notNull(),
  epochsFinalized: t.integer().notNull(),
  proposals: t.integer().notNull(),
  proposalsEnded: t.integer().notNull(),
  provenFaults: t.integer().notNull(),
  demands: t.integer().notNull(),
  demandsUnanswered: t.integer().notNull(),
  disputes: t.integer().notNull(),
  disputesOutside: t.integer().notNull(),
  claims: t.integer().notNull(),
  stakePools: t.integer().notNull(),
  /** Of all pools, on its way out included; and what slashes ever took. */
  staked: t.bigint().notNull(),
  slashed: t.bigint().notNull(),
  agents: t.integer().notNull(),
  channels: t.integer().notNull(),
  /** In OPEN, of all channels to tills. */
  channelDeposits: t.bigint().notNull(),
  channelClaims: t.bigint().notNull(),
}));

/** An hour or a day (UTC) of the whole protocol. */
export const protocolPeriod = onchainTable(
  "protocol_period",
  (t) => ({
    period: period().notNull(),
    /** Its first second. */
    start: t.bigint().notNull(),
    ...feeColumns(t),
    ...contributionColumns(t),
    ...incomeColumns(t),
    settlements: t.integer().notNull(),
    claims: t.integer().notNull(),
    attributed: t.bigint().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.period, table.start] }) }),
);

/** An hour or a day of a model, all of its versions. */
export const modelPeriod = onchainTable(
  "model_period",
  (t) => ({
    modelId: t.bigint().notNull(),
    period: period().notNull(),
    start: t.bigint().notNull(),
    ...feeColumns(t),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.modelId, table.period, table.start] }),
    start: index().on(table.period, table.start),
  }),
);

/** An hour or a day of a datanet. */
export const datanetPeriod = onchainTable(
  "datanet_period",
  (t) => ({
    datanetId: t.bigint().notNull(),
    period: period().notNull(),
    start: t.bigint().notNull(),
    ...contributionColumns(t),
    /** Calls and fees of the versions whose layout has the datanet: a call counts for each of its version's datanets. */
    calls: t.bigint().notNull(),
    fees: t.bigint().notNull(),
    /** Of its positions, the curator's and the contributors'. */
    ...incomeColumns(t),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.datanetId, table.period, table.start] }),
    start: index().on(table.period, table.start),
  }),
);

/**
 * A day of a position: direct income when it came, attributed income when it was claimed. What an epoch attributed to a position is in the
 * epoch's bundle.
 */
export const positionDay = onchainTable(
  "position_day",
  (t) => ({ positionId: t.bigint().notNull(), start: t.bigint().notNull(), ...incomeColumns(t) }),
  (table) => ({ pk: primaryKey({ columns: [table.positionId, table.start] }), start: index().on(table.start) }),
);

/** A contributor to a datanet. */
export const datanetContributor = onchainTable(
  "datanet_contributor",
  (t) => ({
    datanetId: t.bigint().notNull(),
    contributor: t.hex().notNull(),
    contributions: t.integer().notNull(),
    accepted: t.integer().notNull(),
    rejected: t.integer().notNull(),
    acceptedRecords: t.bigint().notNull(),
    firstAt: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.datanetId, table.contributor] }),
    contributor: index().on(table.contributor),
    acceptedRecords: index().on(table.datanetId, table.acceptedRecords, table.contributor),
  }),
);
