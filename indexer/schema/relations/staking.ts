// How rows of stake relate to others.
import { relations } from "ponder";
import { datanet } from "../datanets.ts";
import { disputeVote } from "../disputes.ts";
import { model } from "../models.ts";
import { reviewVote } from "../reviews.ts";
import {
  fault,
  poolGeneration,
  poolReward,
  rewardClaim,
  rewardFunding,
  stakeHolding,
  stakePool,
  stakeSlash,
  unbonding,
} from "../staking.ts";

export const stakePoolRelations = relations(stakePool, ({ one, many }) => ({
  datanet: one(datanet, { fields: [stakePool.datanetId], references: [datanet.id] }),
  model: one(model, { fields: [stakePool.modelId], references: [model.id] }),
  generations: many(poolGeneration),
  holdings: many(stakeHolding),
  unbondings: many(unbonding),
  slashes: many(stakeSlash),
  rewards: many(poolReward),
  fundings: many(rewardFunding),
  rewardClaims: many(rewardClaim),
  votes: many(reviewVote),
  disputeVotes: many(disputeVote),
}));

export const poolGenerationRelations = relations(poolGeneration, ({ one }) => ({
  pool: one(stakePool, { fields: [poolGeneration.poolId], references: [stakePool.id] }),
}));

export const stakeHoldingRelations = relations(stakeHolding, ({ one }) => ({
  pool: one(stakePool, { fields: [stakeHolding.poolId], references: [stakePool.id] }),
}));

export const unbondingRelations = relations(unbonding, ({ one }) => ({
  pool: one(stakePool, { fields: [unbonding.poolId], references: [stakePool.id] }),
}));

export const stakeSlashRelations = relations(stakeSlash, ({ one }) => ({
  pool: one(stakePool, { fields: [stakeSlash.poolId], references: [stakePool.id] }),
  fault: one(fault, { fields: [stakeSlash.faultId], references: [fault.id] }),
}));

export const poolRewardRelations = relations(poolReward, ({ one }) => ({
  pool: one(stakePool, { fields: [poolReward.poolId], references: [stakePool.id] }),
}));

export const rewardFundingRelations = relations(rewardFunding, ({ one }) => ({
  pool: one(stakePool, { fields: [rewardFunding.poolId], references: [stakePool.id] }),
}));

export const rewardClaimRelations = relations(rewardClaim, ({ one }) => ({
  pool: one(stakePool, { fields: [rewardClaim.poolId], references: [stakePool.id] }),
}));
