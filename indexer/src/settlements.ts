// Folds the events of RoyaltyLedger about settlements: from their opening through their sketches into a group of an epoch, or to their end.
import { type Context, type Event, ponder } from "ponder:registry";
import {
  epoch,
  epochGroup,
  gateway,
  ledger,
  modelVersion,
  plainIncome,
  settlement,
  settlementStatusChange,
  sketchCommit,
  till,
} from "ponder:schema";
import { addToModel, addToPeriods, addToProtocol } from "./add-to-totals.ts";
import { updateLedger } from "./ledger-row.ts";
import { created, eventId, occurred } from "./provenance.ts";
import { addUse } from "./version-use.ts";

type LedgerEvent = Extract<Event, { log: { address: string } }>;

/** Without the sketches that it had. */
const REOPENED = {
  status: "open",
  sketchesHash: null,
  sketchesBundleHash: null,
  sketchesCommitter: null,
  committedAt: null,
  readyAt: null,
  epochId: null,
} as const;

ponder.on("RoyaltyLedger:SettlementOpened", async ({ event, context }) => {
  const { settlement: id, version: versionId, till: tillId, receipts, count, pool } = event.args;
  const { db } = context;
  await db.insert(settlement).values({
    id,
    versionId,
    tillId,
    status: "open",
    count,
    fee: receipts.sum,
    pool,
    receiptsHash: receipts.hash,
    sketchCommitCount: 0,
    openedAt: event.block.timestamp,
    ...created(event),
  });
  await recordStatus(context, event, id, "open");
  const { modelId } = await db.update(modelVersion, { id: versionId }).set((row) => ({
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
    fees: row.fees + receipts.sum,
    pools: row.pools + pool,
  }));
  const { gateway: operator } = await db.update(till, { id: tillId }).set((row) => ({
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
    fees: row.fees + receipts.sum,
  }));
  await db.update(gateway, { id: operator }).set((row) => ({
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
  }));
  // The fee is counted as it is divided.
  const calls = BigInt(count);
  await addUse(context, event, versionId, { calls });
  await addToPeriods(context, event, { calls, settlements: 1 });
  await addToModel(context, event, modelId, { calls });
  await updateLedger(context, event.log.address, (row) => ({
    owedPools: row.owedPools + pool,
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
  }));
});

ponder.on("RoyaltyLedger:PlainIncome", async ({ event, context }) => {
  const { version: versionId, amount } = event.args;
  await context.db.insert(plainIncome).values({ id: eventId(event), versionId, amount, ...occurred(event) });
  await context.db.update(modelVersion, { id: versionId }).set((row) => ({
    pools: row.pools + amount,
    waitingIncome: row.waitingIncome + amount,
  }));
  await updateLedger(context, event.log.address, (row) => ({ owedPools: row.owedPools + amount }));
});

ponder.on("RoyaltyLedger:PlainIncomeExpired", async ({ event, context }) => {
  const { version: versionId, amount } = event.args;
  await addToProtocol(context, { givenUp: amount });
  await context.db.insert(plainIncome).values({ id: eventId(event), versionId, amount: -amount, ...occurred(event) });
  await context.db
    .update(modelVersion, { id: versionId })
    .set((row) => ({ waitingIncome: row.waitingIncome - amount }));
  // Its accrual to the treasury's position is an event of its own.
  await updateLedger(context, event.log.address, (row) => ({ owedPools: row.owedPools - amount }));
});

ponder.on("RoyaltyLedger:SketchesCommitted", async ({ event, context }) => {
  const { settlement: id, sketches, committer, readyAt, epoch: epochId, bundleHash } = event.args;
  const { sketchCommitCount } = await context.db.update(settlement, { id }).set((row) => ({
    status: "committed",
    sketchesHash: sketches.hash,
    sketchesBundleHash: bundleHash,
    sketchesCommitter: committer,
    sketchCommitCount: row.sketchCommitCount + 1,
    committedAt: event.block.timestamp,
    readyAt: BigInt(readyAt),
    epochId,
  }));
  await context.db.insert(sketchCommit).values({
    settlementId: id,
    sub: sketchCommitCount - 1,
    status: "pending",
    rootHash: sketches.hash,
    count: sketches.sum,
    bundleHash,
    committer,
    committedAt: event.block.timestamp,
    readyAt: BigInt(readyAt),
    ...created(event),
  });
  await recordStatus(context, event, id, "committed");
  await addToProtocol(context, { sketchCommits: 1 });
});

// A dispute put the readiness off: the settlement may become ready in a later epoch.
ponder.on("RoyaltyLedger:SketchesHeld", async ({ event, context }) => {
  const { settlement: id, sub, readyAt, epoch: epochId } = event.args;
  await context.db.update(settlement, { id }).set({ readyAt: BigInt(readyAt), epochId });
  await context.db.update(sketchCommit, { settlementId: id, sub }).set({ readyAt: BigInt(readyAt) });
});

ponder.on("RoyaltyLedger:SettlementReady", async ({ event, context }) => {
  const { settlement: id, epoch: epochId, group, offset, pool } = event.args;
  const { db } = context;
  const { versionId, count, sketchCommitCount } = await db.update(settlement, { id }).set({
    status: "ready",
    epochId,
    group,
    offset: BigInt(offset),
  });
  await db.update(sketchCommit, { settlementId: id, sub: sketchCommitCount - 1 }).set({ status: "ready" });
  await recordStatus(context, event, id, "ready");

  const isFirstOfEpoch = (await db.find(epoch, { id: epochId })) === null;
  if (isFirstOfEpoch) {
    await db.insert(epoch).values({
      id: epochId,
      status: "collecting",
      endsAt: await endOfEpoch(context, event, epochId),
      groupCount: 0,
      settlementCount: 0,
      callCount: 0n,
      pools: 0n,
      proposalCount: 0,
    });
    await addToProtocol(context, { epochs: 1 });
  }

  let joining = pool;
  const isFirstOfGroup = (await db.find(epochGroup, { epochId, group })) === null;
  if (isFirstOfGroup) {
    const version = await db.find(modelVersion, { id: versionId });
    joining += version?.waitingIncome ?? 0n;
    await db.update(modelVersion, { id: versionId }).set({ waitingIncome: 0n });
    await db.insert(epochGroup).values({ epochId, group, versionId, callCount: 0n, settlementCount: 0, pool: 0n });
  }
  await db.update(epochGroup, { epochId, group }).set((row) => ({
    callCount: row.callCount + BigInt(count),
    settlementCount: row.settlementCount + 1,
    pool: row.pool + joining,
  }));
  await db.update(epoch, { id: epochId }).set((row) => ({
    groupCount: row.groupCount + (isFirstOfGroup ? 1 : 0),
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
    pools: row.pools + joining,
  }));
});

ponder.on("RoyaltyLedger:SettlementReleased", async ({ event, context }) => {
  const { settlement: id } = event.args;
  const { sketchCommitCount } = await context.db.update(settlement, { id }).set(REOPENED);
  await context.db
    .update(sketchCommit, { settlementId: id, sub: sketchCommitCount - 1 })
    .set({ status: "released", endedAt: event.block.timestamp });
  await recordStatus(context, event, id, "open");
});

// What ended them tells the court that did, in the same transaction.
ponder.on("RoyaltyLedger:SketchesEnded", async ({ event, context }) => {
  const { settlement: id, sub } = event.args;
  await context.db.update(settlement, { id }).set(REOPENED);
  await context.db
    .update(sketchCommit, { settlementId: id, sub })
    .set({ status: "ended", endedAt: event.block.timestamp });
  await recordStatus(context, event, id, "open");
  await addToProtocol(context, { sketchCommitsEnded: 1 });
});

ponder.on("RoyaltyLedger:SettlementVoided", async ({ event, context }) => {
  const { settlement: id, pool } = event.args;
  const { db } = context;
  const { status, sketchCommitCount, tillId } = (await db.find(settlement, { id }))!;
  await db
    .update(settlement, { id })
    .set({ status: "voided", voidedAt: event.block.timestamp, readyAt: null, epochId: null });
  if (status === "committed") {
    await db
      .update(sketchCommit, { settlementId: id, sub: sketchCommitCount - 1 })
      .set({ status: "voided", endedAt: event.block.timestamp });
  }
  const { gateway: operator } = (await db.find(till, { id: tillId }))!;
  await db.update(gateway, { id: operator }).set((row) => ({ settlementsVoided: row.settlementsVoided + 1 }));
  await recordStatus(context, event, id, "voided");
  // The pool's accrual to the treasury's position is an event of its own.
  await updateLedger(context, event.log.address, (row) => ({ owedPools: row.owedPools - pool }));
  await addToProtocol(context, { settlementsVoided: 1, givenUp: pool });
});

ponder.on("RoyaltyLedger:SettlementExpired", async ({ event, context }) => {
  const { settlement: id, pool } = event.args;
  await context.db.update(settlement, { id }).set({ status: "expired", expiredAt: event.block.timestamp });
  await recordStatus(context, event, id, "expired");
  await addToProtocol(context, { settlementsExpired: 1, givenUp: pool });
  // The pool's accrual to the treasury's position is an event of its own.
  await updateLedger(context, event.log.address, (row) => ({ owedPools: row.owedPools - pool }));
});

async function endOfEpoch({ db }: Pick<Context, "db">, event: LedgerEvent, epochId: bigint): Promise<bigint> {
  const row = await db.find(ledger, { id: event.log.address });
  if (row === null)
    throw new Error(`ledger ${event.log.address} has no row; does the deployment's start block precede it?`);
  return row.genesis + (epochId + 1n) * row.epochSeconds;
}

async function recordStatus(
  { db }: Pick<Context, "db">,
  event: LedgerEvent,
  settlementId: bigint,
  status: (typeof settlementStatusChange.$inferInsert)["status"],
): Promise<void> {
  await db.insert(settlementStatusChange).values({ id: eventId(event), settlementId, status, ...occurred(event) });
}
