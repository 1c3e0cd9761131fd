// Tables that the events are folded into; their ids are the on-chain ids, and GraphQL is generated from them.
import { index, onchainEnum, onchainTable, primaryKey, relations } from "ponder";

// --- enums ---

export const positionKind = onchainEnum("position_kind", ["treasury", "curator", "contributor", "developer"]);
export const contributionKind = onchainEnum("contribution_kind", [
  "data",
  "feedback",
  "synthetic",
  "adapter",
  "evaluation",
]);
export const contributionStatus = onchainEnum("contribution_status", [
  "pending",
  "under_review",
  "accepted",
  "rejected",
]);
/**
 * Why a contribution has its status. Pending: nothing holds it up but its window and those before it. Under review: an objection is open, or a duplicate
 * is shown. Rejected: by a proven duplicate, or by a verdict.
 */
export const contributionReason = onchainEnum("contribution_reason", [
  "in_review",
  "objection",
  "duplicate_shown",
  "review_passed",
  "duplicate",
  "verdict",
]);
export const verdict = onchainEnum("verdict", ["keep", "mistake", "negligence", "malice"]);
export const bondPaymentKind = onchainEnum("bond_payment_kind", ["paid", "credited"]);
export const poolKind = onchainEnum("pool_kind", ["validator", "attributor", "gateway", "model"]);
export const settlementStatus = onchainEnum("settlement_status", ["open", "committed", "ready", "expired"]);
export const epochStatus = onchainEnum("epoch_status", ["collecting", "proposed", "finalized"]);
export const proposalStatus = onchainEnum("proposal_status", ["pending", "finalized", "superseded"]);

// --- positions ---

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
  (table) => ({ position: index().on(table.positionId), from: index().on(table.from) }),
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
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ position: index().on(table.positionId), recipient: index().on(table.recipient) }),
);

// --- datanets ---

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
  (table) => ({ owner: index().on(table.owner) }),
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
    bondReturnedAt: t.bigint(),
    /** Its part of the datanet's licence income, as far as it was accrued to the position. */
    collectedLicenceIncome: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    datanet: index().on(table.datanetId),
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

// --- reviews ---

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

// --- models ---

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

/** The attribution index of a version: pending until `usableAt`, then usable and final. */
export const indexCommit = onchainTable("index_commit", (t) => ({
  versionId: t.bigint().primaryKey(),
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
  createdBlock: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

// --- payments ---

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

// --- settlements and epochs ---

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
    openedAt: t.bigint().notNull(),
    committedAt: t.bigint(),
    /** End of the sketch window; the settlement belongs to the epoch of that instant. */
    readyAt: t.bigint(),
    expiredAt: t.bigint(),
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

/** Pending until the epoch is finalised: by it, or (superseded) by an earlier one. */
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

// --- staking ---

/** Stake of an operator and its delegators, or of those who staked on a model. */
export const stakePool = onchainTable(
  "stake_pool",
  (t) => ({
    id: t.bigint().primaryKey(),
    kind: poolKind().notNull(),
    /** Set for validators. */
    datanetId: t.bigint(),
    /** Set for models' pools, which have no operator. */
    modelId: t.bigint(),
    operator: t.hex(),
    /** In use until `nextCommissionAt`; from then on the announced one is. */
    commissionBps: t.integer().notNull(),
    nextCommissionBps: t.integer(),
    nextCommissionAt: t.bigint(),
    /** Of its shares; a slash to next to nothing ends one. */
    generation: t.integer().notNull(),
    /** Staked now in this generation, and on its way out of any. */
    stake: t.bigint().notNull(),
    unbonding: t.bigint().notNull(),
    slashed: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    operator: index().on(table.operator),
    datanet: index().on(table.datanetId),
    model: index().on(table.modelId),
  }),
);

/** Stake and shares of one generation of a pool. */
export const poolGeneration = onchainTable(
  "pool_generation",
  (t) => ({
    poolId: t.bigint().notNull(),
    generation: t.integer().notNull(),
    stake: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    endedAt: t.bigint(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.poolId, table.generation] }) }),
);

/** An account's shares of a generation; worth that part of its stake. */
export const stakeHolding = onchainTable(
  "stake_holding",
  (t) => ({
    poolId: t.bigint().notNull(),
    generation: t.integer().notNull(),
    account: t.hex().notNull(),
    shares: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.poolId, table.generation, table.account] }),
    account: index().on(table.account),
  }),
);

/** Stake on its way out. Slashes until `withdrawnAt` lower what is paid. */
export const unbonding = onchainTable(
  "unbonding",
  (t) => ({
    id: t.bigint().primaryKey(),
    poolId: t.bigint().notNull(),
    account: t.hex().notNull(),
    generation: t.integer().notNull(),
    shares: t.bigint().notNull(),
    /** Worth when it left the pool. */
    amount: t.bigint().notNull(),
    withdrawn: t.bigint(),
    requestedAt: t.bigint().notNull(),
    maturesAt: t.bigint().notNull(),
    withdrawnAt: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId), account: index().on(table.account) }),
);

/** A kind of misconduct: which contract may slash for it, and within which limits. */
export const fault = onchainTable("fault", (t) => ({
  id: t.bigint().primaryKey(),
  slasher: t.hex().notNull(),
  mostBps: t.integer().notNull(),
  rewardBps: t.integer().notNull(),
}));

/** A slash of a pool: `reward` went to `rewardTo`, the rest was burned. */
export const stakeSlash = onchainTable(
  "stake_slash",
  (t) => ({
    id: t.text().primaryKey(),
    poolId: t.bigint().notNull(),
    faultId: t.bigint().notNull(),
    caseId: t.hex().notNull(),
    bps: t.integer().notNull(),
    fromStake: t.bigint().notNull(),
    fromUnbonding: t.bigint().notNull(),
    rewardTo: t.hex().notNull(),
    reward: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId) }),
);

/** A token that pools can be funded with. */
export const rewardToken = onchainTable("reward_token", (t) => ({
  /** Its address. */
  id: t.hex().primaryKey(),
  addedAt: t.bigint().notNull(),
}));

/** A pool's rewards in one token: `commission` of what was funded is the operator's at once, the rest is released evenly until `streamEndsAt`. */
export const poolReward = onchainTable(
  "pool_reward",
  (t) => ({
    poolId: t.bigint().notNull(),
    token: t.hex().notNull(),
    funded: t.bigint().notNull(),
    commission: t.bigint().notNull(),
    claimed: t.bigint().notNull(),
    /** While there is active stake all the time. */
    streamEndsAt: t.bigint().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.poolId, table.token] }) }),
);

export const rewardFunding = onchainTable(
  "reward_funding",
  (t) => ({
    id: t.text().primaryKey(),
    poolId: t.bigint().notNull(),
    token: t.hex().notNull(),
    /** A till, or whoever funded the pool. */
    from: t.hex().notNull(),
    amount: t.bigint().notNull(),
    commission: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId) }),
);

export const rewardClaim = onchainTable(
  "reward_claim",
  (t) => ({
    id: t.text().primaryKey(),
    poolId: t.bigint().notNull(),
    token: t.hex().notNull(),
    account: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId), account: index().on(table.account) }),
);

// --- shares of positions ---

/** A contract that holds a position and divides its income over ERC-20 shares. */
export const sharesContract = onchainTable(
  "shares_contract",
  (t) => ({
    /** Its address. */
    id: t.hex().primaryKey(),
    positionId: t.bigint().notNull(),
    creator: t.hex().notNull(),
    supply: t.bigint().notNull(),
    /** Whose payments are shared. */
    vaults: t.hex().array().notNull(),
    /** Who took the position out again, with all shares, and where to. */
    redeemer: t.hex(),
    redeemedTo: t.hex(),
    redeemedAt: t.bigint(),
    createdAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ position: index().on(table.positionId) }),
);

export const sharesHolder = onchainTable(
  "shares_holder",
  (t) => ({ sharesId: t.hex().notNull(), account: t.hex().notNull(), balance: t.bigint().notNull() }),
  (table) => ({
    pk: primaryKey({ columns: [table.sharesId, table.account] }),
    account: index().on(table.account),
  }),
);

/** Income of shares in one token: counted so far, and paid to holders. */
export const sharesIncome = onchainTable(
  "shares_income",
  (t) => ({
    sharesId: t.hex().notNull(),
    token: t.hex().notNull(),
    counted: t.bigint().notNull(),
    paid: t.bigint().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.sharesId, table.token] }) }),
);

export const sharesPayment = onchainTable(
  "shares_payment",
  (t) => ({
    id: t.text().primaryKey(),
    sharesId: t.hex().notNull(),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    recipient: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ shares: index().on(table.sharesId), account: index().on(table.account) }),
);

// --- relations ---

export const positionRelations = relations(position, ({ one, many }) => ({
  datanet: one(datanet, { fields: [position.datanetId], references: [datanet.id], relationName: "datanet" }),
  model: one(model, { fields: [position.modelId], references: [model.id] }),
  contributions: many(contribution),
  accruals: many(accrual),
  claims: many(claim),
  transfers: many(positionTransfer),
  ancestorOf: many(versionAncestor),
  shares: many(sharesContract),
}));

export const positionTransferRelations = relations(positionTransfer, ({ one }) => ({
  position: one(position, { fields: [positionTransfer.positionId], references: [position.id] }),
}));

export const accrualRelations = relations(accrual, ({ one }) => ({
  position: one(position, { fields: [accrual.positionId], references: [position.id] }),
}));

export const claimRelations = relations(claim, ({ one }) => ({
  position: one(position, { fields: [claim.positionId], references: [position.id] }),
}));

export const datanetRelations = relations(datanet, ({ one, many }) => ({
  curatorPosition: one(position, { fields: [datanet.curatorPositionId], references: [position.id] }),
  contributions: many(contribution),
  positions: many(position, { relationName: "datanet" }),
  segments: many(versionSegment),
  licencePayments: many(licencePayment),
  licenceIncomes: many(licenceIncome),
  validators: many(stakePool),
}));

export const licenceIncomeRelations = relations(licenceIncome, ({ one }) => ({
  datanet: one(datanet, { fields: [licenceIncome.datanetId], references: [datanet.id] }),
}));

export const contributionRelations = relations(contribution, ({ one, many }) => ({
  datanet: one(datanet, { fields: [contribution.datanetId], references: [datanet.id] }),
  position: one(position, { fields: [contribution.positionId], references: [position.id] }),
  objection: one(objection, { fields: [contribution.id], references: [objection.contributionId] }),
  duplicateProofs: many(duplicateProof, { relationName: "contribution" }),
  copies: many(duplicateProof, { relationName: "earlier" }),
  rounds: many(reviewRound),
  bondSlashes: many(bondSlash),
}));

export const duplicateProofRelations = relations(duplicateProof, ({ one }) => ({
  contribution: one(contribution, {
    fields: [duplicateProof.contributionId],
    references: [contribution.id],
    relationName: "contribution",
  }),
  earlier: one(contribution, {
    fields: [duplicateProof.earlierId],
    references: [contribution.id],
    relationName: "earlier",
  }),
}));

export const objectionRelations = relations(objection, ({ one }) => ({
  contribution: one(contribution, { fields: [objection.contributionId], references: [contribution.id] }),
  round: one(reviewRound, { fields: [objection.roundId], references: [reviewRound.id] }),
  appealRound: one(reviewRound, { fields: [objection.appealRoundId], references: [reviewRound.id] }),
}));

export const reviewRoundRelations = relations(reviewRound, ({ one, many }) => ({
  contribution: one(contribution, { fields: [reviewRound.contributionId], references: [contribution.id] }),
  electorate: one(datanet, { fields: [reviewRound.electorateId], references: [datanet.id] }),
  votes: many(reviewVote),
}));

export const reviewVoteRelations = relations(reviewVote, ({ one }) => ({
  round: one(reviewRound, { fields: [reviewVote.roundId], references: [reviewRound.id] }),
  pool: one(stakePool, { fields: [reviewVote.poolId], references: [stakePool.id] }),
}));

export const bondSlashRelations = relations(bondSlash, ({ one }) => ({
  contribution: one(contribution, { fields: [bondSlash.contributionId], references: [contribution.id] }),
}));

export const modelRelations = relations(model, ({ one, many }) => ({
  developerPosition: one(position, { fields: [model.developerPositionId], references: [position.id] }),
  latestVersion: one(modelVersion, { fields: [model.latestVersionId], references: [modelVersion.id] }),
  versions: many(modelVersion, { relationName: "model" }),
  tills: many(till),
  stakePools: many(stakePool),
}));

export const modelVersionRelations = relations(modelVersion, ({ one, many }) => ({
  model: one(model, { fields: [modelVersion.modelId], references: [model.id], relationName: "model" }),
  index: one(indexCommit, { fields: [modelVersion.id], references: [indexCommit.versionId] }),
  principalParent: one(modelVersion, {
    fields: [modelVersion.principalParentId],
    references: [modelVersion.id],
    relationName: "principalParent",
  }),
  parents: many(versionParent, { relationName: "version" }),
  children: many(versionParent, { relationName: "parent" }),
  segments: many(versionSegment),
  ancestors: many(versionAncestor),
  licencePayments: many(licencePayment),
  settlements: many(settlement),
  groups: many(epochGroup),
  feeSplits: many(feeSplit),
  plainIncomes: many(plainIncome),
  priceChanges: many(priceChange),
}));

export const priceChangeRelations = relations(priceChange, ({ one }) => ({
  version: one(modelVersion, { fields: [priceChange.versionId], references: [modelVersion.id] }),
}));

export const versionParentRelations = relations(versionParent, ({ one }) => ({
  version: one(modelVersion, {
    fields: [versionParent.versionId],
    references: [modelVersion.id],
    relationName: "version",
  }),
  parent: one(modelVersion, {
    fields: [versionParent.parentId],
    references: [modelVersion.id],
    relationName: "parent",
  }),
}));

export const versionSegmentRelations = relations(versionSegment, ({ one }) => ({
  version: one(modelVersion, { fields: [versionSegment.versionId], references: [modelVersion.id] }),
  datanet: one(datanet, { fields: [versionSegment.datanetId], references: [datanet.id] }),
}));

export const versionAncestorRelations = relations(versionAncestor, ({ one }) => ({
  version: one(modelVersion, { fields: [versionAncestor.versionId], references: [modelVersion.id] }),
  position: one(position, { fields: [versionAncestor.positionId], references: [position.id] }),
}));

export const licencePaymentRelations = relations(licencePayment, ({ one }) => ({
  version: one(modelVersion, { fields: [licencePayment.versionId], references: [modelVersion.id] }),
  datanet: one(datanet, { fields: [licencePayment.datanetId], references: [datanet.id] }),
}));

export const indexCommitRelations = relations(indexCommit, ({ one }) => ({
  version: one(modelVersion, { fields: [indexCommit.versionId], references: [modelVersion.id] }),
}));

export const tillRelations = relations(till, ({ one, many }) => ({
  model: one(model, { fields: [till.modelId], references: [model.id] }),
  settlements: many(settlement),
  feeSplits: many(feeSplit),
}));

export const feeSplitRelations = relations(feeSplit, ({ one }) => ({
  till: one(till, { fields: [feeSplit.tillId], references: [till.id] }),
  version: one(modelVersion, { fields: [feeSplit.versionId], references: [modelVersion.id] }),
  settlement: one(settlement, { fields: [feeSplit.settlementId], references: [settlement.id] }),
}));

export const settlementRelations = relations(settlement, ({ one, many }) => ({
  version: one(modelVersion, { fields: [settlement.versionId], references: [modelVersion.id] }),
  till: one(till, { fields: [settlement.tillId], references: [till.id] }),
  epoch: one(epoch, { fields: [settlement.epochId], references: [epoch.id] }),
  epochGroup: one(epochGroup, {
    fields: [settlement.epochId, settlement.group],
    references: [epochGroup.epochId, epochGroup.group],
  }),
  statusChanges: many(settlementStatusChange),
  feeSplits: many(feeSplit),
}));

export const settlementStatusChangeRelations = relations(settlementStatusChange, ({ one }) => ({
  settlement: one(settlement, { fields: [settlementStatusChange.settlementId], references: [settlement.id] }),
}));

export const plainIncomeRelations = relations(plainIncome, ({ one }) => ({
  version: one(modelVersion, { fields: [plainIncome.versionId], references: [modelVersion.id] }),
}));

export const epochRelations = relations(epoch, ({ one, many }) => ({
  payoutRoot: one(payoutRoot, { fields: [epoch.id], references: [payoutRoot.epochId] }),
  groups: many(epochGroup),
  settlements: many(settlement),
  proposals: many(proposal),
}));

export const epochGroupRelations = relations(epochGroup, ({ one, many }) => ({
  epoch: one(epoch, { fields: [epochGroup.epochId], references: [epoch.id] }),
  version: one(modelVersion, { fields: [epochGroup.versionId], references: [modelVersion.id] }),
  settlements: many(settlement),
}));

export const proposalRelations = relations(proposal, ({ one }) => ({
  epoch: one(epoch, { fields: [proposal.epochId], references: [epoch.id] }),
}));

export const payoutRootRelations = relations(payoutRoot, ({ one }) => ({
  epoch: one(epoch, { fields: [payoutRoot.epochId], references: [epoch.id] }),
  acceptedProposal: one(proposal, {
    fields: [payoutRoot.epochId, payoutRoot.proposal],
    references: [proposal.epochId, proposal.proposal],
  }),
}));

export const ledgerRelations = relations(ledger, ({ one }) => ({
  treasuryPosition: one(position, { fields: [ledger.treasuryPositionId], references: [position.id] }),
}));

export const stakePoolRelations = relations(stakePool, ({ one, many }) => ({
  datanet: one(datanet, { fields: [stakePool.datanetId], references: [datanet.id] }),
  model: one(model, { fields: [stakePool.modelId], references: [model.id] }),
  generations: many(poolGeneration),
  holdings: many(stakeHolding),
  unbondings: many(unbonding),
  slashes: many(stakeSlash),
  rewards: many(poolReward),
  fundings: many(rewardFunding),
  rewardClaims: many(rewardClaim),
  votes: many(reviewVote),
}));

export const poolGenerationRelations = relations(poolGeneration, ({ one }) => ({
  pool: one(stakePool, { fields: [poolGeneration.poolId], references: [stakePool.id] }),
}));

export const stakeHoldingRelations = relations(stakeHolding, ({ one }) => ({
  pool: one(stakePool, { fields: [stakeHolding.poolId], references: [stakePool.id] }),
}));

export const unbondingRelations = relations(unbonding, ({ one }) => ({
  pool: one(stakePool, { fields: [unbonding.poolId], references: [stakePool.id] }),
}));

export const stakeSlashRelations = relations(stakeSlash, ({ one }) => ({
  pool: one(stakePool, { fields: [stakeSlash.poolId], references: [stakePool.id] }),
  fault: one(fault, { fields: [stakeSlash.faultId], references: [fault.id] }),
}));

export const poolRewardRelations = relations(poolReward, ({ one }) => ({
  pool: one(stakePool, { fields: [poolReward.poolId], references: [stakePool.id] }),
}));

export const rewardFundingRelations = relations(rewardFunding, ({ one }) => ({
  pool: one(stakePool, { fields: [rewardFunding.poolId], references: [stakePool.id] }),
}));

export const rewardClaimRelations = relations(rewardClaim, ({ one }) => ({
  pool: one(stakePool, { fields: [rewardClaim.poolId], references: [stakePool.id] }),
}));

export const sharesContractRelations = relations(sharesContract, ({ one, many }) => ({
  position: one(position, { fields: [sharesContract.positionId], references: [position.id] }),
  holders: many(sharesHolder),
  income: many(sharesIncome),
  payments: many(sharesPayment),
}));

export const sharesHolderRelations = relations(sharesHolder, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesHolder.sharesId], references: [sharesContract.id] }),
}));

export const sharesIncomeRelations = relations(sharesIncome, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesIncome.sharesId], references: [sharesContract.id] }),
}));

export const sharesPaymentRelations = relations(sharesPayment, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesPayment.sharesId], references: [sharesContract.id] }),
}));
