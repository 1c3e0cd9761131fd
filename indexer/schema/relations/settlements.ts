// How rows of settlements and epochs relate to others.
import { relations } from "ponder";
import { demand, inclusion, proofReservation, provenFault } from "../courts.ts";
import { dispute } from "../disputes.ts";
import { modelVersion } from "../models.ts";
import { feeSplit, till } from "../payments.ts";
import { position } from "../positions.ts";
import {
  epoch,
  epochDelay,
  epochGroup,
  ledger,
  payoutRoot,
  plainIncome,
  proposal,
  settlement,
  settlementStatusChange,
  sketchCommit,
} from "../settlements.ts";

export const settlementRelations = relations(settlement, ({ one, many }) => ({
  version: one(modelVersion, { fields: [settlement.versionId], references: [modelVersion.id] }),
  till: one(till, { fields: [settlement.tillId], references: [till.id] }),
  epoch: one(epoch, { fields: [settlement.epochId], references: [epoch.id] }),
  epochGroup: one(epochGroup, {
    fields: [settlement.epochId, settlement.group],
    references: [epochGroup.epochId, epochGroup.group],
  }),
  statusChanges: many(settlementStatusChange),
  feeSplits: many(feeSplit),
  sketchCommits: many(sketchCommit),
  provenFaults: many(provenFault),
  demands: many(demand),
  disputes: many(dispute),
  inclusions: many(inclusion),
}));

export const settlementStatusChangeRelations = relations(settlementStatusChange, ({ one }) => ({
  settlement: one(settlement, { fields: [settlementStatusChange.settlementId], references: [settlement.id] }),
}));

export const plainIncomeRelations = relations(plainIncome, ({ one }) => ({
  version: one(modelVersion, { fields: [plainIncome.versionId], references: [modelVersion.id] }),
}));

export const epochRelations = relations(epoch, ({ one, many }) => ({
  payoutRoot: one(payoutRoot, { fields: [epoch.id], references: [payoutRoot.epochId] }),
  groups: many(epochGroup),
  settlements: many(settlement),
  proposals: many(proposal),
  delay: one(epochDelay, { fields: [epoch.id], references: [epochDelay.epochId] }),
}));

export const epochGroupRelations = relations(epochGroup, ({ one, many }) => ({
  epoch: one(epoch, { fields: [epochGroup.epochId], references: [epoch.id] }),
  version: one(modelVersion, { fields: [epochGroup.versionId], references: [modelVersion.id] }),
  settlements: many(settlement),
}));

export const proposalRelations = relations(proposal, ({ one, many }) => ({
  epoch: one(epoch, { fields: [proposal.epochId], references: [epoch.id] }),
  provenFaults: many(provenFault),
  demands: many(demand),
  reservations: many(proofReservation),
}));

export const payoutRootRelations = relations(payoutRoot, ({ one }) => ({
  epoch: one(epoch, { fields: [payoutRoot.epochId], references: [epoch.id] }),
  acceptedProposal: one(proposal, {
    fields: [payoutRoot.epochId, payoutRoot.proposal],
    references: [proposal.epochId, proposal.proposal],
  }),
}));

export const ledgerRelations = relations(ledger, ({ one }) => ({
  treasuryPosition: one(position, { fields: [ledger.treasuryPositionId], references: [position.id] }),
}));

export const sketchCommitRelations = relations(sketchCommit, ({ one }) => ({
  settlement: one(settlement, { fields: [sketchCommit.settlementId], references: [settlement.id] }),
}));
