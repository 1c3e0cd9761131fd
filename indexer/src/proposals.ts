// Folds the events of RoyaltyLedger about proposals of an epoch's payouts: their windows, their end, and the payouts root of the one that is finalised.
import { type Context, ponder } from "ponder:registry";
import { epoch, epochDelay, payoutRoot, position, proposal } from "ponder:schema";
import { addToPeriods, addToProtocol } from "./add-to-totals.ts";
import { endedNow } from "./ending-columns.ts";
import { updateLedger } from "./ledger-row.ts";
import { created, occurred } from "./provenance.ts";

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
  await addToProtocol(context, { proposals: 1 });
});

ponder.on("RoyaltyLedger:ProposalHeld", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, finalizableAt } = event.args;
  await context.db.update(proposal, { epochId, proposal: number }).set({ finalizableAt: BigInt(finalizableAt) });
});

// The guardian may delay an epoch that has no settlement yet.
ponder.on("RoyaltyLedger:FinalizationDelayed", async ({ event, context }) => {
  const { epoch: epochId, addedSeconds, delaySeconds } = event.args;
  const { at, block, transactionHash } = occurred(event);
  const delay = { delaySeconds: BigInt(delaySeconds), delayedAt: at, block, transactionHash };
  await context.db
    .insert(epochDelay)
    .values({ epochId, ...delay })
    .onConflictDoUpdate(delay);
  const { proposalCount } = (await context.db.find(epoch, { id: epochId })) ?? { proposalCount: 0 };
  for (let number = 0; number < proposalCount; number++) {
    await context.db
      .update(proposal, { epochId, proposal: number })
      .set((row) => ({ finalizableAt: row.finalizableAt + BigInt(addedSeconds) }));
  }
});

// What ended it tells the court that did, in the same transaction; so does a court that holds the reward.
ponder.on("RoyaltyLedger:ProposalEnded", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, prover, reward, burned } = event.args;
  const { db } = context;
  const { bond } = await db
    .update(proposal, { epochId, proposal: number })
    .set({ status: "ended", ...endedNow(event.block.timestamp, { prover, reward, burned }) });
  await updateLedger(context, event.log.address, (row) => ({ owedBonds: row.owedBonds - bond }));
  if (!(await hasPending(context, epochId))) await db.update(epoch, { id: epochId }).set({ status: "collecting" });
  await addToProtocol(context, { proposalsEnded: 1 });
});

async function hasPending({ db }: Pick<Context, "db">, epochId: bigint): Promise<boolean> {
  const { proposalCount } = (await db.find(epoch, { id: epochId })) ?? { proposalCount: 0 };
  for (let number = 0; number < proposalCount; number++) {
    const found = await db.find(proposal, { epochId, proposal: number });
    if (found?.status === "pending") return true;
  }
  return false;
}

ponder.on("RoyaltyLedger:Finalized", async ({ event, context }) => {
  const { epoch: epochId, proposal: number, payouts } = event.args;
  const { db } = context;
  const { proposalCount } = await db.update(epoch, { id: epochId }).set({
    status: "finalized",
    finalProposal: number,
    finalizedAt: event.block.timestamp,
  });
  for (let other = 0; other < proposalCount; other++) {
    await db.update(proposal, { epochId, proposal: other }).set(({ status }) => {
      if (other === number) return { status: "finalized" };
      return status === "ended" ? {} : { status: "superseded" };
    });
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
  await addToPeriods(context, event, { attributed: added });
  await addToProtocol(context, { epochsFinalized: 1 });
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
