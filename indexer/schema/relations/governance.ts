// How rows of governance relate to others.
import { relations } from "ponder";
import { governanceProposal, governanceVote, parameter, parameterChange, voter } from "../governance.ts";

export const governanceProposalRelations = relations(governanceProposal, ({ many }) => ({
  votes: many(governanceVote),
}));

export const governanceVoteRelations = relations(governanceVote, ({ one }) => ({
  proposal: one(governanceProposal, { fields: [governanceVote.proposalId], references: [governanceProposal.id] }),
  account: one(voter, { fields: [governanceVote.voter], references: [voter.id] }),
}));

export const voterRelations = relations(voter, ({ many }) => ({
  castVotes: many(governanceVote),
}));

export const parameterRelations = relations(parameter, ({ many }) => ({
  changes: many(parameterChange),
}));

export const parameterChangeRelations = relations(parameterChange, ({ one }) => ({
  parameter: one(parameter, { fields: [parameterChange.parameterId], references: [parameter.id] }),
}));
