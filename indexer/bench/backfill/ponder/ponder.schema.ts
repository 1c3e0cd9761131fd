// The six tables that both indexers fill from the same events.
import { index, onchainTable } from "ponder";

export const token = onchainTable(
  "token",
  (t) => ({
    id: t.bigint().primaryKey(),
    owner: t.hex().notNull(),
    price: t.bigint().notNull(),
    income: t.bigint().notNull(),
    moves: t.integer().notNull(),
    inFavour: t.integer().notNull(),
    against: t.integer().notNull(),
  }),
  (table) => ({ owner: index().on(table.owner) }),
);

export const holder = onchainTable("holder", (t) => ({
  id: t.hex().primaryKey(),
  tokens: t.integer().notNull(),
  paid: t.bigint().notNull(),
}));

export const move = onchainTable(
  "move",
  (t) => ({
    id: t.text().primaryKey(),
    tokenId: t.bigint().notNull(),
    from: t.hex().notNull(),
    to: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ token: index().on(table.tokenId) }),
);

export const payment = onchainTable(
  "payment",
  (t) => ({
    id: t.text().primaryKey(),
    tokenId: t.bigint().notNull(),
    payer: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ token: index().on(table.tokenId) }),
);

export const vote = onchainTable(
  "vote",
  (t) => ({
    id: t.text().primaryKey(),
    tokenId: t.bigint().notNull(),
    voter: t.hex().notNull(),
    inFavour: t.boolean().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ token: index().on(table.tokenId) }),
);

export const hour = onchainTable("hour", (t) => ({
  id: t.bigint().primaryKey(),
  payments: t.integer().notNull(),
  income: t.bigint().notNull(),
}));
