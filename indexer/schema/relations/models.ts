// How rows of models relate to others.
import { relations } from "ponder";
import { demand, provenFault } from "../courts.ts";
import { datanet } from "../datanets.ts";
import { dispute } from "../disputes.ts";
import {
  indexCommit,
  licencePayment,
  model,
  modelVersion,
  priceChange,
  versionAncestor,
  versionDatanet,
  versionParent,
  versionSegment,
} from "../models.ts";
import { feeSplit, till } from "../payments.ts";
import { position } from "../positions.ts";
import { epochGroup, plainIncome, settlement } from "../settlements.ts";
import { stakePool } from "../staking.ts";
import { modelPeriod } from "../totals.ts";

export const modelRelations = relations(model, ({ one, many }) => ({
  developerPosition: one(position, { fields: [model.developerPositionId], references: [position.id] }),
  latestVersion: one(modelVersion, { fields: [model.latestVersionId], references: [modelVersion.id] }),
  versions: many(modelVersion, { relationName: "model" }),
  tills: many(till),
  stakePools: many(stakePool),
  periods: many(modelPeriod),
}));

export const modelVersionRelations = relations(modelVersion, ({ one, many }) => ({
  model: one(model, { fields: [modelVersion.modelId], references: [model.id], relationName: "model" }),
  index: one(indexCommit, {
    fields: [modelVersion.id, modelVersion.standingIndex],
    references: [indexCommit.versionId, indexCommit.sub],
    relationName: "standing",
  }),
  indexes: many(indexCommit, { relationName: "version" }),
  layout: many(versionDatanet),
  provenFaults: many(provenFault),
  demands: many(demand),
  disputes: many(dispute),
  principalParent: one(modelVersion, {
    fields: [modelVersion.principalParentId],
    references: [modelVersion.id],
    relationName: "principalParent",
  }),
  parents: many(versionParent, { relationName: "version" }),
  children: many(versionParent, { relationName: "parent" }),
  segments: many(versionSegment),
  ancestors: many(versionAncestor),
  licencePayments: many(licencePayment),
  settlements: many(settlement),
  groups: many(epochGroup),
  feeSplits: many(feeSplit),
  plainIncomes: many(plainIncome),
  priceChanges: many(priceChange),
}));

export const priceChangeRelations = relations(priceChange, ({ one }) => ({
  version: one(modelVersion, { fields: [priceChange.versionId], references: [modelVersion.id] }),
}));

export const versionParentRelations = relations(versionParent, ({ one }) => ({
  version: one(modelVersion, {
    fields: [versionParent.versionId],
    references: [modelVersion.id],
    relationName: "version",
  }),
  parent: one(modelVersion, {
    fields: [versionParent.parentId],
    references: [modelVersion.id],
    relationName: "parent",
  }),
}));

export const versionSegmentRelations = relations(versionSegment, ({ one }) => ({
  version: one(modelVersion, { fields: [versionSegment.versionId], references: [modelVersion.id] }),
  datanet: one(datanet, { fields: [versionSegment.datanetId], references: [datanet.id] }),
}));

export const versionAncestorRelations = relations(versionAncestor, ({ one }) => ({
  version: one(modelVersion, { fields: [versionAncestor.versionId], references: [modelVersion.id] }),
  position: one(position, { fields: [versionAncestor.positionId], references: [position.id] }),
}));

export const licencePaymentRelations = relations(licencePayment, ({ one }) => ({
  version: one(modelVersion, { fields: [licencePayment.versionId], references: [modelVersion.id] }),
  datanet: one(datanet, { fields: [licencePayment.datanetId], references: [datanet.id] }),
}));

export const indexCommitRelations = relations(indexCommit, ({ one }) => ({
  version: one(modelVersion, {
    fields: [indexCommit.versionId],
    references: [modelVersion.id],
    relationName: "version",
  }),
}));

export const versionDatanetRelations = relations(versionDatanet, ({ one }) => ({
  version: one(modelVersion, { fields: [versionDatanet.versionId], references: [modelVersion.id] }),
  datanet: one(datanet, { fields: [versionDatanet.datanetId], references: [datanet.id] }),
}));
