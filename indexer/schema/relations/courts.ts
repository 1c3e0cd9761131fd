// How rows of what was shown before courts relate to others.
import { relations } from "ponder";
import { agent } from "../agents.ts";
import { channel } from "../channels.ts";
import { demand, inclusion, proofReservation, provenFault } from "../courts.ts";
import { indexCommit, modelVersion } from "../models.ts";
import { gateway, till } from "../payments.ts";
import { proposal, settlement, sketchCommit } from "../settlements.ts";

export const provenFaultRelations = relations(provenFault, ({ one }) => ({
  accusedProposal: one(proposal, {
    fields: [provenFault.epochId, provenFault.proposal],
    references: [proposal.epochId, proposal.proposal],
  }),
  version: one(modelVersion, { fields: [provenFault.versionId], references: [modelVersion.id] }),
  settlement: one(settlement, { fields: [provenFault.settlementId], references: [settlement.id] }),
  index: one(indexCommit, {
    fields: [provenFault.versionId, provenFault.sub],
    references: [indexCommit.versionId, indexCommit.sub],
  }),
  sketchCommit: one(sketchCommit, {
    fields: [provenFault.settlementId, provenFault.sub],
    references: [sketchCommit.settlementId, sketchCommit.sub],
  }),
}));

export const proofReservationRelations = relations(proofReservation, ({ one }) => ({
  accusedProposal: one(proposal, {
    fields: [proofReservation.epochId, proofReservation.proposal],
    references: [proposal.epochId, proposal.proposal],
  }),
  version: one(modelVersion, { fields: [proofReservation.versionId], references: [modelVersion.id] }),
  settlement: one(settlement, { fields: [proofReservation.settlementId], references: [settlement.id] }),
  index: one(indexCommit, {
    fields: [proofReservation.versionId, proofReservation.sub],
    references: [indexCommit.versionId, indexCommit.sub],
  }),
  sketchCommit: one(sketchCommit, {
    fields: [proofReservation.settlementId, proofReservation.sub],
    references: [sketchCommit.settlementId, sketchCommit.sub],
  }),
}));

export const demandRelations = relations(demand, ({ one }) => ({
  accusedProposal: one(proposal, {
    fields: [demand.epochId, demand.proposal],
    references: [proposal.epochId, proposal.proposal],
  }),
  version: one(modelVersion, { fields: [demand.versionId], references: [modelVersion.id] }),
  settlement: one(settlement, { fields: [demand.settlementId], references: [settlement.id] }),
  index: one(indexCommit, {
    fields: [demand.versionId, demand.sub],
    references: [indexCommit.versionId, indexCommit.sub],
  }),
  sketchCommit: one(sketchCommit, {
    fields: [demand.settlementId, demand.sub],
    references: [sketchCommit.settlementId, sketchCommit.sub],
  }),
}));

export const inclusionRelations = relations(inclusion, ({ one }) => ({
  till: one(till, { fields: [inclusion.tillId], references: [till.id] }),
  operator: one(gateway, { fields: [inclusion.gateway], references: [gateway.id] }),
  channel: one(channel, { fields: [inclusion.channelId], references: [channel.id] }),
  settlement: one(settlement, { fields: [inclusion.settlementId], references: [settlement.id] }),
  version: one(modelVersion, { fields: [inclusion.versionId], references: [modelVersion.id] }),
  agent: one(agent, { fields: [inclusion.agentId], references: [agent.id] }),
}));
