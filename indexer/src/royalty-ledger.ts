// Folds the events of RoyaltyLedger: settlements, epochs, proposals, payouts roots and direct accruals. What of them is claimed is in `royalty-vault.ts`.
import { type Context, type Event, ponder } from "ponder:registry";
import {
  accrual,
  epoch,
  epochGroup,
  ledger,
  modelVersion,
  payoutRoot,
  plainIncome,
  position,
  proposal,
  settlement,
  settlementStatusChange,
  till,
} from "ponder:schema";
import { updateLedger } from "./ledger-row.ts";
import { created, eventId, occurred } from "./provenance.ts";

type LedgerEvent = Extract<Event, { log: { address: string } }>;

// --- parameters ---

// The constructor tells the bonds first of all.
ponder.on("RoyaltyLedger:BondsSet", async ({ event, context }) => {
  const { bondFloor, bondBps } = event.args;
  const { client, contracts, db } = context;
  if ((await db.find(ledger, { id: event.log.address })) !== null) {
    await updateLedger(context, event.log.address, () => ({ bondFloor, bondBps }));
    return;
  }
  const contract = { abi: contracts.RoyaltyLedger.abi, address: event.log.address, cache: "immutable" } as const;
  const [token, vault, treasuryPositionId, genesis, parameters] = await Promise.all([
    client.readContract({ ...contract, functionName: "token" }),
    client.readContract({ ...contract, functionName: "vault" }),
    client.readContract({ ...contract, functionName: "treasuryPosition" }),
    client.readContract({ ...contract, functionName: "genesis" }),
    client.readContract({ ...contract, functionName: "parameters" }),
  ]);
  await db.insert(ledger).values({
    id: event.log.address,
    token,
    vault,
    treasuryPositionId,
    genesis: BigInt(genesis),
    epochSeconds: BigInt(parameters.epochSeconds),
    sketchWindowSeconds: BigInt(parameters.sketchWindowSeconds),
    challengeWindowSeconds: BigInt(parameters.challengeWindowSeconds),
    settlementLifetimeSeconds: BigInt(parameters.settlementLifetimeSeconds),
    bondFloor,
    bondBps,
    proposerFee: 0n,
    owedPools: 0n,
    owedPayouts: 0n,
    owedAccrued: 0n,
    owedBonds: 0n,
    payoutsSum: 0n,
    settlementCount: 0,
    callCount: 0n,
    accrued: 0n,
    claimedAttributed: 0n,
    claimedAccrued: 0n,
    paidToProposers: 0n,
  });
});

ponder.on("RoyaltyLedger:ProposerFeeSet", async ({ event, context }) => {
  await updateLedger(context, event.log.address, () => ({ proposerFee: event.args.proposerFee }));
});

// --- settlements ---

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
    openedAt: event.block.timestamp,
    ...created(event),
  });
  await recordStatus(context, event, id, "open");
  await db.update(modelVersion, { id: versionId }).set((row) => ({
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
    fees: row.fees + receipts.sum,
    pools: row.pools + pool,
  }));
  await db.update(till, { id: tillId }).set((row) => ({
    settlementCount: row.settlementCount + 1,
    callCount: row.callCount + BigInt(count),
    fees: row.fees + receipts.sum,
  }));
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
  await context.db.insert(plainIncome).values({ id: eventId(event), versionId, amount: -amount, ...occurred(event) });
  await context.db
    .update(modelVersion, { id: versionId })
    .set((row) => ({ waitingIncome: row.waitingIncome - amount }));
  // Its accrual to the treasury's position is an event of its own.
  await updateLedger(context, event.log.address, (row) => ({ owedPools: row.owedPools - amount }));
});

ponder.on("RoyaltyLedger:SketchesCommitted", async ({ event, context }) => {
  const { settlement: id, sketches, committer, readyAt, epoch: epochId, bundleHash } = event.args;
  await context.db.update(settlement, { id }).set({
    status: "committed",
    sketchesHash: sketches.hash,
    sketchesBundleHash: bundleHash,
    sketchesCommitter: committer,
    committedAt: event.block.timestamp,
    readyAt: BigInt(readyAt),
    epochId,
  });
  await recordStatus(context, event, id, "committed");
});

// A dispute put the readiness off: the settlement may become ready in a later epoch.
ponder.on("RoyaltyLedger:SketchesHeld", async ({ event, context }) => {
  const { settlement: id, readyAt, epoch: epochId } = event.args;
  await context.db.update(settlement, { id }).set({ readyAt: BigInt(readyAt), epochId });
});

ponder.on("RoyaltyLedger:SettlementReady", async ({ event, context }) => {
  const { settlement: id, epoch: epochId, group, offset, pool } = event.args;
  const { db } = context;
  const { versionId, count } = await db.update(settlement, { id }).set({
    status: "ready",
    epochId,
    group,
    offset: BigInt(offset),
  });
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
  await context.db.update(settlement, { id }).set({
    status: "open",
    sketchesHash: null,
    sketchesBundleHash: null,
    sketchesCommitter: null,
    committedAt: null,
    readyAt: null,
    epochId: null,
  });
  await recordStatus(context, event, id, "open");
});

ponder.on("RoyaltyLedger:SettlementExpired", async ({ event, context }) => {
  const { settlement: id, pool } = event.args;
  await context.db.update(settlement, { id }).set({ status: "expired", expiredAt: event.block.timestamp });
  await recordStatus(context, event, id, "expired");
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

// --- proposals ---

ponder.on("RoyaltyLedger:Proposed", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, proposer, groups, payouts, bundleHash, bond, finalizableAt } = event.args;
  await context.db.insert(proposal).values({
    epochId,
    proposal: number,
    proposer,
    status: "pending",
    groupsHash: groups.hash,
    groupsSum: groups.sum,
    payoutsHash: payouts.hash,
    payoutsSum: payouts.sum,
    bundleHash,
    bond,
    fee: 0n,
    proposedAt: event.block.timestamp,
    finalizableAt: BigInt(finalizableAt),
    ...created(event),
  });
  await context.db
    .update(epoch, { id: epochId })
    .set((row) => ({ status: "proposed", proposalCount: row.proposalCount + 1 }));
  await updateLedger(context, event.log.address, (row) => ({ owedBonds: row.owedBonds + bond }));
});

ponder.on("RoyaltyLedger:Finalized", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, payouts } = event.args;
  const { db } = context;
  const { proposalCount } = await db.update(epoch, { id: epochId }).set({
    status: "finalized",
    finalProposal: number,
    finalizedAt: event.block.timestamp,
  });
  for (let other = 0; other < proposalCount; other++) {
    await db
      .update(proposal, { epochId, proposal: other })
      .set({ status: other === number ? "finalized" : "superseded" });
  }
  let added = payouts.sum;
  await updateLedger(context, event.log.address, (row) => {
    added = payouts.sum - row.payoutsSum;
    return {
      payoutsHash: payouts.hash,
      payoutsSum: payouts.sum,
      owedPools: row.owedPools - added,
      owedPayouts: row.owedPayouts + added,
    };
  });
  await db.insert(payoutRoot).values({
    epochId,
    proposal: number,
    hash: payouts.hash,
    sum: payouts.sum,
    added,
    finalizedAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("RoyaltyLedger:BondReturned", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, bond } = event.args;
  await context.db.update(proposal, { epochId, proposal: number }).set({ bondReturnedAt: event.block.timestamp });
  await updateLedger(context, event.log.address, (row) => ({ owedBonds: row.owedBonds - bond }));
});

ponder.on("RoyaltyLedger:ProposerPaid", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, fee } = event.args;
  const { db } = context;
  await db.update(proposal, { epochId, proposal: number }).set({ fee });
  let treasury = 0n;
  await updateLedger(context, event.log.address, (row) => {
    treasury = row.treasuryPositionId;
    return { owedAccrued: row.owedAccrued - fee, paidToProposers: row.paidToProposers + fee };
  });
  await db.update(position, { id: treasury }).set((row) => ({
    unclaimedAccrued: row.unclaimedAccrued - fee,
    paidToProposers: row.paidToProposers + fee,
  }));
});

// --- direct income ---

ponder.on("RoyaltyLedger:Accrued", async ({ event, context }) => {
  const { position: positionId, from, amount } = event.args;
  await context.db.insert(accrual).values({ id: eventId(event), positionId, from, amount, ...occurred(event) });
  await context.db.update(position, { id: positionId }).set((row) => ({
    accrued: row.accrued + amount,
    unclaimedAccrued: row.unclaimedAccrued + amount,
  }));
  await updateLedger(context, event.log.address, (row) => ({
    owedAccrued: row.owedAccrued + amount,
    accrued: row.accrued + amount,
  }));
});
