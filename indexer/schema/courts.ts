// Faults and breaches that were proven, reservations of proofs, demands for data, and what it cost those who answer with their stake.
import { index, onchainTable } from "ponder";
import { demandStatus, faultKind, inclusionStatus, penaltyKind, target, tree } from "./enums.ts";

/**
 * A proof that held. Of the columns that name the accused, those are set that its target has: `epochId` and `proposal`; `versionId` and `sub` of an
 * index; `settlementId`, and of its sketches `sub`. What a court ended of it, and what of the bond became whose, stands in that row.
 */
export const provenFault = onchainTable(
  "proven_fault",
  (t) => ({
    id: t.text().primaryKey(),
    target: target().notNull(),
    kind: faultKind().notNull(),
    epochId: t.bigint(),
    proposal: t.integer(),
    versionId: t.bigint(),
    settlementId: t.bigint(),
    sub: t.integer(),
    /** Of a breach: the case for which stake is slashed (`penalty`). */
    caseId: t.bigint(),
    prover: t.hex().notNull(),
    /** The contract that checked it. */
    court: t.hex().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    prover: index().on(table.prover),
    proposal: index().on(table.epochId, table.proposal),
    version: index().on(table.versionId),
    settlement: index().on(table.settlementId),
    at: index().on(table.at),
  }),
);

/** A reserved reward for a proof that is not shown yet: revealed with its proof, or its deposit burned. The accused is named as in `provenFault`. */
export const proofReservation = onchainTable(
  "proof_reservation",
  (t) => ({
    id: t.text().primaryKey(),
    target: target().notNull(),
    epochId: t.bigint(),
    proposal: t.integer(),
    versionId: t.bigint(),
    settlementId: t.bigint(),
    sub: t.integer(),
    court: t.hex().notNull(),
    sender: t.hex().notNull(),
    commitment: t.hex().notNull(),
    /** Among the reservations against the same commit. */
    number: t.bigint().notNull(),
    revealedAt: t.bigint(),
    burnedAt: t.bigint(),
    reservedAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ sender: index().on(table.sender, table.commitment) }),
);

/** A demand for the preimages under a node of a committed tree. Unanswered: what was demanded ended. */
export const demand = onchainTable(
  "demand",
  (t) => ({
    id: t.bigint().primaryKey(),
    status: demandStatus().notNull(),
    tree: tree().notNull(),
    /** Of groups and payouts. */
    epochId: t.bigint(),
    proposal: t.integer(),
    /** Of an index. */
    versionId: t.bigint(),
    /** Of receipts and sketches. */
    settlementId: t.bigint(),
    /** Number of the commit, of an index or of sketches. */
    sub: t.integer(),
    /** How many leaves lead to the node's tree, and where the node is in that. */
    steps: t.integer().notNull(),
    level: t.integer().notNull(),
    place: t.bigint().notNull(),
    nodeHash: t.hex().notNull(),
    nodeSum: t.bigint().notNull(),
    demander: t.hex().notNull(),
    deposit: t.bigint().notNull(),
    deadline: t.bigint().notNull(),
    /** The answer itself is in the transaction. */
    answerer: t.hex(),
    answerBytes: t.integer(),
    paid: t.bigint(),
    burned: t.bigint(),
    /** Of the deposit, to the demander; and what the bond's holder paid beside it. */
    refund: t.bigint(),
    reward: t.bigint(),
    demandedAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    closingTransactionHash: t.hex(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    status: index().on(table.status),
    demander: index().on(table.demander),
    proposal: index().on(table.epochId, table.proposal),
    version: index().on(table.versionId),
    settlement: index().on(table.settlementId),
  }),
);

/** A demand that a receipt which a gateway signed be shown in a settlement. Its id is the receipt's hash. */
export const inclusion = onchainTable(
  "inclusion",
  (t) => ({
    id: t.hex().primaryKey(),
    status: inclusionStatus().notNull(),
    tillId: t.hex().notNull(),
    gateway: t.hex().notNull(),
    versionId: t.bigint().notNull(),
    channelId: t.hex().notNull(),
    sequence: t.bigint().notNull(),
    amount: t.bigint().notNull(),
    cumulative: t.bigint().notNull(),
    agentRegistry: t.hex(),
    agentId: t.bigint(),
    issuedAt: t.bigint().notNull(),
    demander: t.hex().notNull(),
    deadline: t.bigint().notNull(),
    /** Where it was shown, and by whom. */
    settlementId: t.bigint(),
    answerer: t.hex(),
    refund: t.bigint(),
    demandedAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    closingTransactionHash: t.hex(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    status: index().on(table.status),
    gateway: index().on(table.gateway),
    settlement: index().on(table.settlementId),
    channel: index().on(table.channelId),
  }),
);

/** What a signer of sketches or a gateway lost of its stake for them; the slash of its pool is of the same transaction. */
export const penalty = onchainTable(
  "penalty",
  (t) => ({
    id: t.text().primaryKey(),
    kind: penaltyKind().notNull(),
    /** The demand that nobody answered; or the case of a breach, of which a receipt that was not settled is its hash; or the round of a vote. */
    caseId: t.bigint().notNull(),
    operator: t.hex().notNull(),
    /** Of a vote: whether the signer said in it that the sketch was wrong. */
    hasAdmitted: t.boolean(),
    slashed: t.bigint().notNull(),
    reward: t.bigint().notNull(),
    court: t.hex().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ operator: index().on(table.operator), case: index().on(table.kind, table.caseId) }),
);

/** A contract that a ledger or the model registry lets decide over faults. */
export const court = onchainTable(
  "court",
  (t) => ({
    id: t.text().primaryKey(),
    /** Its address. */
    court: t.hex().notNull(),
    /** The ledger or the registry. */
    of: t.hex().notNull(),
    namedAt: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ court: index().on(table.court) }),
);
