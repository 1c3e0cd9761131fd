// Datanets, the contributions made to them, and what licences bring them.
import { index, onchainTable } from "ponder";
import { contributionKind, contributionReason, contributionStatus } from "./enums.ts";

export const datanet = onchainTable(
  "datanet",
  (t) => ({
    id: t.bigint().primaryKey(),
    /** Owner of the datanet's ERC-721 token, who curates it. */
    owner: t.hex().notNull(),
    curatorPositionId: t.bigint().notNull(),
    bondPerRecord: t.bigint().notNull(),
    licenceFee: t.bigint().notNull(),
    reviewWindowSeconds: t.bigint().notNull(),
    leastDataShareBps: t.integer().notNull(),
    curatorCutBps: t.integer().notNull(),
    mistakeBps: t.integer().notNull(),
    negligenceBps: t.integer().notNull(),
    maliceBps: t.integer().notNull(),
    /** Bit set: 1 training, 2 evaluation, 4 retrieval. */
    allowedUses: t.bigint().notNull(),
    uri: t.text().notNull(),
    contributionCount: t.bigint().notNull(),
    acceptedContributions: t.bigint().notNull(),
    acceptedRecords: t.bigint().notNull(),
    /** Of the accepted ones, those that their contributors took back from future models. */
    withdrawnContributions: t.bigint().notNull(),
    withdrawnRecords: t.bigint().notNull(),
    rejectedContributions: t.bigint().notNull(),
    contributorCount: t.integer().notNull(),
    /** Bonds that the registry holds for its contributors, and what of bonds it ever took from them. */
    bondsHeld: t.bigint().notNull(),
    bondsSlashed: t.bigint().notNull(),
    /** Licence income ever, and the contributors' part of it that was not collected yet. */
    licenceIncome: t.bigint().notNull(),
    uncollectedLicenceIncome: t.bigint().notNull(),
    createdAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    owner: index().on(table.owner),
    acceptedRecords: index().on(table.acceptedRecords, table.id),
    contributors: index().on(table.contributorCount, table.id),
    licenceIncome: index().on(table.licenceIncome, table.id),
  }),
);

export const contribution = onchainTable(
  "contribution",
  (t) => ({
    id: t.bigint().primaryKey(),
    datanetId: t.bigint().notNull(),
    contributor: t.hex().notNull(),
    kind: contributionKind().notNull(),
    status: contributionStatus().notNull(),
    reason: contributionReason().notNull(),
    /** The position that earns for it; set on acceptance. */
    positionId: t.bigint(),
    contentHash: t.hex().notNull(),
    recordCount: t.bigint().notNull(),
    /** keccak256 of the SPDX identifier. */
    licence: t.hex().notNull(),
    /** As paid in; of it `returned` went back, and of what was slashed `reward` to `rewardTo` and the rest was burned. */
    bond: t.bigint().notNull(),
    returned: t.bigint().notNull(),
    slashed: t.bigint().notNull(),
    reward: t.bigint().notNull(),
    rewardTo: t.hex(),
    uri: t.text().notNull(),
    /** Place in the datanet's list of accepted contributions, and the records before it. */
    place: t.bigint(),
    recordsBefore: t.bigint(),
    contributedAt: t.bigint().notNull(),
    reviewEndsAt: t.bigint().notNull(),
    acceptedAt: t.bigint(),
    rejectedAt: t.bigint(),
    /** When its contributor took it back from future models: a version whose `registeredAt` is greater does not use it. */
    withdrawnAt: t.bigint(),
    bondReturnedAt: t.bigint(),
    /** Its part of the datanet's licence income, as far as it was accrued to the position. */
    collectedLicenceIncome: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    datanet: index().on(table.datanetId, table.id),
    reason: index().on(table.datanetId, table.reason),
    contributor: index().on(table.contributor),
    position: index().on(table.positionId),
    status: index().on(table.status),
  }),
);

/** Income of a datanet from licences: the curator's part accrued at once, the rest waits for the contributors. */
export const licenceIncome = onchainTable(
  "licence_income",
  (t) => ({
    id: t.text().primaryKey(),
    datanetId: t.bigint().notNull(),
    /** The model registry, at registrations, or whoever paid more. */
    payer: t.hex().notNull(),
    curatorPart: t.bigint().notNull(),
    contributorsPart: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ datanet: index().on(table.datanetId) }),
);
