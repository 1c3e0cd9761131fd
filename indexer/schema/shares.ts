// Positions whose income is divided over ERC-20 shares.
import { index, onchainTable, primaryKey } from "ponder";

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

/** A token that the shares do not divide, sent on out of their contract. */
export const sharesSweep = onchainTable(
  "shares_sweep",
  (t) => ({
    id: t.text().primaryKey(),
    sharesId: t.hex().notNull(),
    token: t.hex().notNull(),
    recipient: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ shares: index().on(table.sharesId) }),
);
