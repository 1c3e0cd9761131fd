// How rows of disputes relate to others.
import { relations } from "ponder";
import { dispute, disputeRound, disputeVote } from "../disputes.ts";
import { indexCommit, modelVersion } from "../models.ts";
import { settlement, sketchCommit } from "../settlements.ts";
import { stakePool } from "../staking.ts";

export const disputeRelations = relations(dispute, ({ one }) => ({
  version: one(modelVersion, { fields: [dispute.versionId], references: [modelVersion.id] }),
  settlement: one(settlement, { fields: [dispute.settlementId], references: [settlement.id] }),
  index: one(indexCommit, {
    fields: [dispute.versionId, dispute.sub],
    references: [indexCommit.versionId, indexCommit.sub],
  }),
  sketchCommit: one(sketchCommit, {
    fields: [dispute.settlementId, dispute.sub],
    references: [sketchCommit.settlementId, sketchCommit.sub],
  }),
  round: one(disputeRound, { fields: [dispute.id], references: [disputeRound.id] }),
}));

export const disputeRoundRelations = relations(disputeRound, ({ one, many }) => ({
  dispute: one(dispute, { fields: [disputeRound.id], references: [dispute.id] }),
  votes: many(disputeVote),
}));

export const disputeVoteRelations = relations(disputeVote, ({ one }) => ({
  round: one(disputeRound, { fields: [disputeVote.roundId], references: [disputeRound.id] }),
  pool: one(stakePool, { fields: [disputeVote.poolId], references: [stakePool.id] }),
}));
