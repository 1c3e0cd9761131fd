// Folds the events of the payment channels whose receiver is a till. Where a chain has the scheme's public contract, everybody else's channels are there too.
import { type Context, ponder } from "ponder:registry";
import type { channelMovementKind } from "ponder:schema";
import { channel, channelMovement, ledger, till, tillDeposit } from "ponder:schema";
import { type Address, type Hex, zeroAddress } from "viem";
import { addToProtocol } from "./add-to-totals.ts";
import { created, eventId, type Occurrence, occurred } from "./provenance.ts";

type ChannelRow = typeof channel.$inferSelect;

ponder.on("BatchSettlement:ChannelCreated", async ({ event, context }) => {
  const { channelId: id, config } = event.args;
  if ((await context.db.find(till, { id: config.receiver })) === null) return;
  const isNew = (await context.db.find(channel, { id })) === null;
  await context.db
    .insert(channel)
    .values({
      id,
      status: "open",
      payer: config.payer,
      payerAuthorizer: config.payerAuthorizer === zeroAddress ? null : config.payerAuthorizer,
      tillId: config.receiver,
      receiverAuthorizer: config.receiverAuthorizer,
      token: config.token,
      withdrawDelay: BigInt(config.withdrawDelay),
      salt: config.salt,
      balance: 0n,
      claimed: 0n,
      deposited: 0n,
      refunded: 0n,
      withdrawn: 0n,
      announced: 0n,
      openedAt: event.block.timestamp,
      ...created(event),
    })
    .onConflictDoUpdate({ status: "open", closedAt: null });
  if (isNew) await addToProtocol(context, { channels: 1 });
});

ponder.on("BatchSettlement:ChannelClosed", async ({ event, context }) => {
  const { channelId: id } = event.args;
  if ((await context.db.find(channel, { id })) === null) return;
  await context.db.update(channel, { id }).set({ status: "closed", closedAt: event.block.timestamp });
});

/** Nothing is recorded of a channel to anybody but a till. */
async function move(
  context: Context,
  event: Occurrence,
  movement: { channelId: Hex; kind: (typeof channelMovementKind.enumValues)[number]; amount: bigint; sender?: Address },
  change: (row: ChannelRow) => Partial<ChannelRow>,
): Promise<boolean> {
  const { db } = context;
  const { channelId: id } = movement;
  const found = await db.find(channel, { id });
  if (found === null) return false;
  await db.insert(channelMovement).values({ id: eventId(event), ...movement, ...occurred(event) });
  await db.update(channel, { id }).set(change);
  const { token } = (await db.find(ledger, { id: context.contracts.RoyaltyLedger.address })) ?? {};
  return token !== undefined && found.token === token;
}

ponder.on("BatchSettlement:Deposited", async ({ event, context }) => {
  const { channelId, sender, amount, newBalance: balance } = event.args;
  const isOpen = await move(context, event, { channelId, kind: "deposit", amount, sender }, (row) => ({
    balance,
    deposited: row.deposited + amount,
  }));
  if (isOpen) await addToProtocol(context, { channelDeposits: amount });
});

ponder.on("BatchSettlement:Claimed", async ({ event, context }) => {
  const { channelId, sender, claimAmount: amount, newTotalClaimed: claimed } = event.args;
  const isOpen = await move(context, event, { channelId, kind: "claim", amount, sender }, (row) => ({
    claimed,
    ...lowered(row, row.balance - claimed),
  }));
  if (isOpen) await addToProtocol(context, { channelClaims: amount });
});

ponder.on("BatchSettlement:Refunded", async ({ event, context }) => {
  const { channelId, sender, amount } = event.args;
  await move(context, event, { channelId, kind: "refund", amount, sender }, (row) => ({
    balance: row.balance - amount,
    refunded: row.refunded + amount,
    ...lowered(row, row.announced > amount ? row.announced - amount : 0n),
  }));
});

ponder.on("BatchSettlement:WithdrawInitiated", async ({ event, context }) => {
  const { channelId, amount, finalizeAfter } = event.args;
  await move(context, event, { channelId, kind: "withdrawal_announced", amount }, () => ({
    announced: amount,
    withdrawableAt: BigInt(finalizeAfter),
  }));
});

ponder.on("BatchSettlement:WithdrawFinalized", async ({ event, context }) => {
  const { channelId, sender, amount } = event.args;
  await move(context, event, { channelId, kind: "withdrawal", amount, sender }, (row) => ({
    balance: row.balance - amount,
    withdrawn: row.withdrawn + amount,
    announced: 0n,
    withdrawableAt: null,
  }));
});

/** What is announced is never more than what is free since; the contract tells no event of lowering it. */
function lowered({ announced, withdrawableAt }: ChannelRow, most: bigint): Partial<ChannelRow> {
  if (announced <= most) return { announced, withdrawableAt };
  return { announced: most, withdrawableAt: most === 0n ? null : withdrawableAt };
}

ponder.on("BatchSettlement:Settled", async ({ event, context }) => {
  const { receiver: tillId, token, sender, amount } = event.args;
  if ((await context.db.find(till, { id: tillId })) === null) return;
  await context.db
    .insert(tillDeposit)
    .values({ id: eventId(event), tillId, token, amount, sender, ...occurred(event) });
});
