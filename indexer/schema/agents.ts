// Agents: the identities of ERC-8004, which calls may name.
import { index, onchainTable, primaryKey } from "ponder";

/** Ids begin at 0. */
export const agent = onchainTable(
  "agent",
  (t) => ({
    id: t.bigint().primaryKey(),
    owner: t.hex().notNull(),
    /** Of its registration file. */
    uri: t.text().notNull(),
    /** Where it is paid and acts from; none after a transfer. */
    wallet: t.hex(),
    registeredAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    owner: index().on(table.owner),
    wallet: index().on(table.wallet),
    registered: index().on(table.registeredAt, table.id),
  }),
);

export const agentMetadata = onchainTable(
  "agent_metadata",
  (t) => ({
    agentId: t.bigint().notNull(),
    /** keccak256 of `key`, which may be of any length. */
    keyHash: t.hex().notNull(),
    key: t.text().notNull(),
    value: t.hex().notNull(),
    setAt: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.agentId, table.keyHash] }) }),
);

export const agentTransfer = onchainTable(
  "agent_transfer",
  (t) => ({
    id: t.text().primaryKey(),
    agentId: t.bigint().notNull(),
    from: t.hex().notNull(),
    to: t.hex().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ agent: index().on(table.agentId) }),
);
