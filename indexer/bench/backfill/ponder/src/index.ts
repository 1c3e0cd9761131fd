// Folds the events into the six tables, in the way of the indexer's own handlers.
import { ponder } from "ponder:registry";
import { holder, hour, move, payment, token, vote } from "ponder:schema";
import { eventId } from "../../../../src/provenance.ts";

const HOUR_SECONDS = 3_600n;

ponder.on("EventSource:Minted", async ({ event, context }) => {
  const { token: id, owner, price } = event.args;
  await context.db.insert(token).values({ id, owner, price, income: 0n, moves: 0, inFavour: 0, against: 0 });
  await context.db
    .insert(holder)
    .values({ id: owner, tokens: 1, paid: 0n })
    .onConflictDoUpdate((row) => ({ tokens: row.tokens + 1 }));
});

ponder.on("EventSource:Moved", async ({ event, context }) => {
  const { token: tokenId, from, to } = event.args;
  await context.db.insert(move).values({
    id: eventId(event),
    tokenId,
    from,
    to,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(token, { id: tokenId }).set((row) => ({ owner: to, moves: row.moves + 1 }));
  await context.db.update(holder, { id: from }).set((row) => ({ tokens: row.tokens - 1 }));
  await context.db
    .insert(holder)
    .values({ id: to, tokens: 1, paid: 0n })
    .onConflictDoUpdate((row) => ({ tokens: row.tokens + 1 }));
});

ponder.on("EventSource:Paid", async ({ event, context }) => {
  const { token: tokenId, payer, amount } = event.args;
  await context.db.insert(payment).values({
    id: eventId(event),
    tokenId,
    payer,
    amount,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(token, { id: tokenId }).set((row) => ({ income: row.income + amount }));
  await context.db
    .insert(holder)
    .values({ id: payer, tokens: 0, paid: amount })
    .onConflictDoUpdate((row) => ({ paid: row.paid + amount }));
  await context.db
    .insert(hour)
    .values({ id: event.block.timestamp / HOUR_SECONDS, payments: 1, income: amount })
    .onConflictDoUpdate((row) => ({ payments: row.payments + 1, income: row.income + amount }));
});

ponder.on("EventSource:Voted", async ({ event, context }) => {
  const { token: tokenId, voter, inFavour } = event.args;
  await context.db.insert(vote).values({
    id: eventId(event),
    tokenId,
    voter,
    inFavour,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db
    .update(token, { id: tokenId })
    .set((row) => (inFavour ? { inFavour: row.inFavour + 1 } : { against: row.against + 1 }));
});
