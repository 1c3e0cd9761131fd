// How rows of reviews relate to others.
import { relations } from "ponder";
import { contribution, datanet } from "../datanets.ts";
import { bondSlash, duplicateProof, objection, reviewRound, reviewVote } from "../reviews.ts";
import { stakePool } from "../staking.ts";

export const duplicateProofRelations = relations(duplicateProof, ({ one }) => ({
  contribution: one(contribution, {
    fields: [duplicateProof.contributionId],
    references: [contribution.id],
    relationName: "contribution",
  }),
  earlier: one(contribution, {
    fields: [duplicateProof.earlierId],
    references: [contribution.id],
    relationName: "earlier",
  }),
}));

export const objectionRelations = relations(objection, ({ one }) => ({
  contribution: one(contribution, { fields: [objection.contributionId], references: [contribution.id] }),
  round: one(reviewRound, { fields: [objection.roundId], references: [reviewRound.id] }),
  appealRound: one(reviewRound, { fields: [objection.appealRoundId], references: [reviewRound.id] }),
}));

export const reviewRoundRelations = relations(reviewRound, ({ one, many }) => ({
  contribution: one(contribution, { fields: [reviewRound.contributionId], references: [contribution.id] }),
  electorate: one(datanet, { fields: [reviewRound.electorateId], references: [datanet.id] }),
  votes: many(reviewVote),
}));

export const reviewVoteRelations = relations(reviewVote, ({ one }) => ({
  round: one(reviewRound, { fields: [reviewVote.roundId], references: [reviewRound.id] }),
  pool: one(stakePool, { fields: [reviewVote.poolId], references: [stakePool.id] }),
}));

export const bondSlashRelations = relations(bondSlash, ({ one }) => ({
  contribution: one(contribution, { fields: [bondSlash.contributionId], references: [contribution.id] }),
}));
