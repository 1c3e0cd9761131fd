// Payment channels to the tills (x402's `batch-settlement`): what callers deposited, and what gateways claimed of it.
import { index, onchainTable } from "ponder";
import { channelMovementKind, channelStatus } from "./enums.ts";

export const channel = onchainTable(
  "channel",
  (t) => ({
    id: t.hex().primaryKey(),
    status: channelStatus().notNull(),
    payer: t.hex().notNull(),
    /** Signs the vouchers; the payer itself if null. */
    payerAuthorizer: t.hex(),
    tillId: t.hex().notNull(),
    receiverAuthorizer: t.hex().notNull(),
    token: t.hex().notNull(),
    withdrawDelay: t.bigint().notNull(),
    salt: t.hex().notNull(),
    /** Deposited and not given back, with what was claimed; `balance` = `deposited` − `refunded` − `withdrawn`. */
    balance: t.bigint().notNull(),
    claimed: t.bigint().notNull(),
    deposited: t.bigint().notNull(),
    refunded: t.bigint().notNull(),
    withdrawn: t.bigint().notNull(),
    /** Announced and not yet taken, and from when on it can be. */
    announced: t.bigint().notNull(),
    withdrawableAt: t.bigint(),
    openedAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ payer: index().on(table.payer), till: index().on(table.tillId) }),
);

export const channelMovement = onchainTable(
  "channel_movement",
  (t) => ({
    id: t.text().primaryKey(),
    channelId: t.hex().notNull(),
    kind: channelMovementKind().notNull(),
    amount: t.bigint().notNull(),
    /** Who sent it; of an announcement not told. */
    sender: t.hex(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ channel: index().on(table.channelId) }),
);

/** What was claimed from the channels of a till, on its way into it. */
export const tillDeposit = onchainTable(
  "till_deposit",
  (t) => ({
    id: t.text().primaryKey(),
    tillId: t.hex().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    sender: t.hex().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ till: index().on(table.tillId) }),
);
