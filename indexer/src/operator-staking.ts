// Folds the events of OperatorStaking: pools, stake on its way in and out, slashes and rewards.
import { ponder } from "ponder:registry";
import {
  fault,
  poolGeneration,
  poolKind,
  poolReward,
  rewardClaim,
  rewardFunding,
  rewardToken,
  stakeHolding,
  stakePool,
  stakeSlash,
  unbonding,
} from "ponder:schema";
import { zeroAddress } from "viem";
import { addToProtocol } from "./add-to-totals.ts";
import { memberAt } from "./enum-member.ts";
import { created, eventId, occurred } from "./provenance.ts";

// --- pools ---

ponder.on("OperatorStaking:FaultDefined", async ({ event, context }) => {
  const { fault: id, slasher, mostBps, rewardBps } = event.args;
  await context.db.insert(fault).values({ id, slasher, mostBps, rewardBps });
});

ponder.on("OperatorStaking:PoolOpened", async ({ event, context }) => {
  const { pool: id, kind: kindNumber, subject, operator, commissionBps } = event.args;
  const kind = memberAt(poolKind.enumValues, kindNumber - 1);
  await context.db.insert(stakePool).values({
    id,
    kind,
    datanetId: kind === "validator" ? subject : null,
    modelId: kind === "model" ? subject : null,
    operator: operator === zeroAddress ? null : operator,
    commissionBps,
    generation: 0,
    stake: 0n,
    unbonding: 0n,
    slashed: 0n,
    openedAt: event.block.timestamp,
    ...created(event),
  });
  await addToProtocol(context, { stakePools: 1 });
});

ponder.on("OperatorStaking:CommissionAnnounced", async ({ event, context }) => {
  const { pool: id, commissionBps: nextCommissionBps, effectiveAt } = event.args;
  await context.db.update(stakePool, { id }).set((row) => {
    const isInUse = row.nextCommissionAt !== null && row.nextCommissionAt <= event.block.timestamp;
    return {
      commissionBps: isInUse ? (row.nextCommissionBps ?? row.commissionBps) : row.commissionBps,
      nextCommissionBps,
      nextCommissionAt: BigInt(effectiveAt),
    };
  });
});

// --- stake ---

ponder.on("OperatorStaking:Staked", async ({ event, context }) => {
  const { pool: poolId, account, generation, amount, shares } = event.args;
  const { db } = context;
  await db.update(stakePool, { id: poolId }).set((row) => ({ stake: row.stake + amount }));
  await db
    .insert(poolGeneration)
    .values({ poolId, generation, stake: amount, shares })
    .onConflictDoUpdate((row) => ({ stake: row.stake + amount, shares: row.shares + shares }));
  await db
    .insert(stakeHolding)
    .values({ poolId, generation, account, shares })
    .onConflictDoUpdate((row) => ({ shares: row.shares + shares }));
  await addToProtocol(context, { staked: amount });
});

ponder.on("OperatorStaking:Unbonded", async ({ event, context }) => {
  const { pool: poolId, account, unbonding: id, generation, shares, amount, maturesAt } = event.args;
  const { db } = context;
  await db.update(stakePool, { id: poolId }).set((row) => ({
    stake: row.generation === generation ? row.stake - amount : row.stake,
    unbonding: row.unbonding + amount,
  }));
  await db
    .update(poolGeneration, { poolId, generation })
    .set((row) => ({ stake: row.stake - amount, shares: row.shares - shares }));
  await db.update(stakeHolding, { poolId, generation, account }).set((row) => ({ shares: row.shares - shares }));
  await db.insert(unbonding).values({
    id,
    poolId,
    account,
    generation,
    shares,
    amount,
    requestedAt: event.block.timestamp,
    maturesAt: BigInt(maturesAt),
    ...created(event),
  });
});

ponder.on("OperatorStaking:Withdrawn", async ({ event, context }) => {
  const { unbonding: id, pool, amount } = event.args;
  await context.db.update(unbonding, { id }).set({ withdrawn: amount, withdrawnAt: event.block.timestamp });
  await context.db.update(stakePool, { id: pool }).set((row) => ({ unbonding: row.unbonding - amount }));
  await addToProtocol(context, { staked: -amount });
});

// --- slashes ---

// A slash that ends a generation tells the end first, with what is left, and then what it took.

ponder.on("OperatorStaking:GenerationEnded", async ({ event, context }) => {
  const { pool: poolId, generation, stake, shares } = event.args;
  await context.db
    .update(poolGeneration, { poolId, generation })
    .set({ stake, shares, endedAt: event.block.timestamp });
  await context.db.update(stakePool, { id: poolId }).set({ generation: generation + 1, stake: 0n });
});

ponder.on("OperatorStaking:Slashed", async ({ event, context }) => {
  const { pool: poolId, fault: faultId, caseId, bps, fromStake, fromUnbonding, rewardTo, reward } = event.args;
  const { db } = context;
  await db.insert(stakeSlash).values({
    id: eventId(event),
    poolId,
    faultId,
    caseId,
    bps,
    fromStake,
    fromUnbonding,
    rewardTo,
    reward,
    ...occurred(event),
  });
  // Nothing is staked in a generation that has just begun, so what was taken is booked already.
  let taken = 0n;
  const { generation } = await db.update(stakePool, { id: poolId }).set((row) => {
    taken = row.stake < fromStake ? 0n : fromStake;
    return {
      stake: row.stake - taken,
      unbonding: row.unbonding - fromUnbonding,
      slashed: row.slashed + fromStake + fromUnbonding,
    };
  });
  if (taken > 0n) {
    await db.update(poolGeneration, { poolId, generation }).set((row) => ({ stake: row.stake - taken }));
  }
  const lost = fromStake + fromUnbonding;
  await addToProtocol(context, { staked: -lost, slashed: lost });
});

// --- rewards ---

ponder.on("OperatorStaking:RewardTokenAdded", async ({ event, context }) => {
  await context.db.insert(rewardToken).values({ id: event.args.token, addedAt: event.block.timestamp });
});

ponder.on("OperatorStaking:Funded", async ({ event, context }) => {
  const { pool: poolId, token, from, amount, commission, endsAt } = event.args;
  const { db } = context;
  await db
    .insert(rewardFunding)
    .values({ id: eventId(event), poolId, token, from, amount, commission, ...occurred(event) });
  const streamEndsAt = BigInt(endsAt);
  await db
    .insert(poolReward)
    .values({ poolId, token, funded: amount, commission, claimed: 0n, streamEndsAt })
    .onConflictDoUpdate((row) => ({
      funded: row.funded + amount,
      commission: row.commission + commission,
      streamEndsAt,
    }));
});

ponder.on("OperatorStaking:RewardsClaimed", async ({ event, context }) => {
  const { pool: poolId, token, account, amount } = event.args;
  await context.db
    .insert(rewardClaim)
    .values({ id: eventId(event), poolId, token, account, amount, ...occurred(event) });
  await context.db.update(poolReward, { poolId, token }).set((row) => ({ claimed: row.claimed + amount }));
});
