// Folds the events of RoyaltySharesFactory and its shares: who holds which part of a position's income, and what came of it.
import { ponder } from "ponder:registry";
import { sharesContract, sharesHolder, sharesIncome, sharesPayment, sharesSweep } from "ponder:schema";
import { zeroAddress } from "viem";
import { created, eventId, occurred } from "./provenance.ts";

ponder.on("RoyaltySharesFactory:SharesCreated", async ({ event, context }) => {
  const { position: positionId, shares: id, creator, supply, vaults } = event.args;
  await context.db.insert(sharesContract).values({
    id,
    positionId,
    creator,
    supply,
    vaults: [...vaults],
    createdAt: event.block.timestamp,
    ...created(event),
  });
  await context.db.insert(sharesHolder).values({ sharesId: id, account: creator, balance: supply });
});

ponder.on("RoyaltyShares:Transfer", async ({ event, context }) => {
  const { from, to, value } = event.args;
  // SharesCreated tells the first holder. Anybody may move nothing, of accounts that never held any.
  if (from === zeroAddress || value === 0n) return;
  const sharesId = event.log.address;
  await context.db.update(sharesHolder, { sharesId, account: from }).set((row) => ({ balance: row.balance - value }));
  if (to === zeroAddress) return;
  await context.db
    .insert(sharesHolder)
    .values({ sharesId, account: to, balance: value })
    .onConflictDoUpdate((row) => ({ balance: row.balance + value }));
});

ponder.on("RoyaltyShares:IncomeCounted", async ({ event, context }) => {
  const { token, amount } = event.args;
  await context.db
    .insert(sharesIncome)
    .values({ sharesId: event.log.address, token, counted: amount, paid: 0n })
    .onConflictDoUpdate((row) => ({ counted: row.counted + amount }));
});

ponder.on("RoyaltyShares:IncomePaid", async ({ event, context }) => {
  const { account, token, recipient, amount } = event.args;
  const sharesId = event.log.address;
  await context.db
    .insert(sharesPayment)
    .values({ id: eventId(event), sharesId, account, token, recipient, amount, ...occurred(event) });
  await context.db.update(sharesIncome, { sharesId, token }).set((row) => ({ paid: row.paid + amount }));
});

ponder.on("RoyaltyShares:Redeemed", async ({ event, context }) => {
  const { holder: redeemer, recipient: redeemedTo } = event.args;
  await context.db
    .update(sharesContract, { id: event.log.address })
    .set({ redeemer, redeemedTo, redeemedAt: event.block.timestamp });
});

ponder.on("RoyaltyShares:Swept", async ({ event, context }) => {
  const { token, recipient, amount } = event.args;
  await context.db
    .insert(sharesSweep)
    .values({ id: eventId(event), sharesId: event.log.address, token, recipient, amount, ...occurred(event) });
});
