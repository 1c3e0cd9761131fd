// Models, their versions with lineage, layout and prices, and the attribution indexes.
import { index, onchainTable, primaryKey } from "ponder";
import { ending } from "./ending.ts";
import { indexStatus } from "./enums.ts";

export const model = onchainTable(
  "model",
  (t) => ({
    id: t.bigint().primaryKey(),
    /** Owner of the model's ERC-721 token. */
    owner: t.hex().notNull(),
    developerPositionId: t.bigint().notNull(),
    uri: t.text().notNull(),
    versionCount: t.integer().notNull(),
    latestVersionId: t.bigint(),
    createdAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ owner: index().on(table.owner) }),
);

export const modelVersion = onchainTable(
  "model_version",
  (t) => ({
    id: t.bigint().primaryKey(),
    modelId: t.bigint().notNull(),
    weightsHash: t.hex().notNull(),
    principalParentId: t.bigint(),
    /** Records of the whole index layout, and those of it that the principal parent brings. */
    records: t.bigint().notNull(),
    parentRecords: t.bigint().notNull(),
    /** Datanets of the whole layout, in its order. */
    datanetIds: t.bigint().array().notNull(),
    /** Price per 1,000 tokens, base units, as last set. */
    inputPrice: t.bigint().notNull(),
    outputPrice: t.bigint().notNull(),
    treasuryBps: t.integer().notNull(),
    gatewayBps: t.integer().notNull(),
    curatorsBps: t.integer().notNull(),
    stakersBps: t.integer().notNull(),
    developerBps: t.integer().notNull(),
    dataBps: t.integer().notNull(),
    ancestorsBps: t.integer().notNull(),
    /** What models that derive from it owe its developer. */
    royaltyBps: t.integer().notNull(),
    licenceFees: t.bigint().notNull(),
    /** Indexes that were committed for it, and the place among them of the one that stands. */
    indexCount: t.integer().notNull(),
    standingIndex: t.integer(),
    settlementCount: t.integer().notNull(),
    callCount: t.bigint().notNull(),
    /** Fees booked with and without receipts, and the data shares of both. */
    fees: t.bigint().notNull(),
    pools: t.bigint().notNull(),
    /** Data share of fees without receipts that waits for the version's next group, or expires to the treasury. */
    waitingIncome: t.bigint().notNull(),
    registeredAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ model: index().on(table.modelId), principalParent: index().on(table.principalParentId) }),
);

/** Prices that a version's owner set after its registration. */
export const priceChange = onchainTable(
  "price_change",
  (t) => ({
    id: t.text().primaryKey(),
    versionId: t.bigint().notNull(),
    inputPrice: t.bigint().notNull(),
    outputPrice: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ version: index().on(table.versionId) }),
);

/** A version that a version derives from; ordinal 0 is the principal one. */
export const versionParent = onchainTable(
  "version_parent",
  (t) => ({ versionId: t.bigint().notNull(), ordinal: t.integer().notNull(), parentId: t.bigint().notNull() }),
  (table) => ({
    pk: primaryKey({ columns: [table.versionId, table.ordinal] }),
    parent: index().on(table.parentId),
  }),
);

/** One datanet's part of a version's index layout, after the principal parent's records. */
export const versionSegment = onchainTable(
  "version_segment",
  (t) => ({
    versionId: t.bigint().notNull(),
    ordinal: t.integer().notNull(),
    datanetId: t.bigint().notNull(),
    contributions: t.bigint().notNull(),
    records: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.versionId, table.ordinal] }),
    datanet: index().on(table.datanetId),
  }),
);

/** What a developer up the lineage is paid from every fee of a version. */
export const versionAncestor = onchainTable(
  "version_ancestor",
  (t) => ({
    versionId: t.bigint().notNull(),
    ordinal: t.integer().notNull(),
    positionId: t.bigint().notNull(),
    bps: t.integer().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.versionId, table.ordinal] }),
    position: index().on(table.positionId),
  }),
);

export const licencePayment = onchainTable(
  "licence_payment",
  (t) => ({
    id: t.text().primaryKey(),
    versionId: t.bigint().notNull(),
    datanetId: t.bigint().notNull(),
    fee: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ version: index().on(table.versionId), datanet: index().on(table.datanetId) }),
);

/**
 * A datanet in the whole index layout of a version, the principal parent's part included: the records of its first `contributions` accepted
 * ones. A contribution can have helped exactly the calls of the versions that have its datanet here with `contributions` above its place.
 */
export const versionDatanet = onchainTable(
  "version_datanet",
  (t) => ({
    versionId: t.bigint().notNull(),
    datanetId: t.bigint().notNull(),
    ordinal: t.integer().notNull(),
    contributions: t.bigint().notNull(),
    records: t.bigint().notNull(),
    /** Whether it came with the principal parent. */
    isInherited: t.boolean().notNull(),
    /** Calls of the version with receipts, and all of its fees: the same for each of its datanets. */
    callCount: t.bigint().notNull(),
    fees: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.versionId, table.datanetId] }),
    datanet: index().on(table.datanetId, table.contributions),
  }),
);

/** An attribution index of a version: pending until `usableAt`, then usable and final, unless a court ended it before. */
export const indexCommit = onchainTable(
  "index_commit",
  (t) => ({
    versionId: t.bigint().notNull(),
    /** Number among the version's, from 0. */
    sub: t.integer().notNull(),
    status: indexStatus().notNull(),
    methodId: t.hex().notNull(),
    k: t.integer().notNull(),
    topK: t.integer().notNull(),
    debitFactor: t.integer().notNull(),
    tau: t.bigint().notNull(),
    delta: t.bigint().notNull(),
    signatureMatch: t.integer().notNull(),
    sketchSpec: t.hex().notNull(),
    rootHash: t.hex().notNull(),
    records: t.bigint().notNull(),
    bundleHash: t.hex().notNull(),
    committer: t.hex().notNull(),
    bond: t.bigint().notNull(),
    bondReturnedAt: t.bigint(),
    committedAt: t.bigint().notNull(),
    usableAt: t.bigint().notNull(),
    ...ending(t),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.versionId, table.sub] }), committer: index().on(table.committer) }),
);
