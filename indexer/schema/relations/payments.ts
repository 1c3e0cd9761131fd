// How rows of tills and gateways relate to others.
import { relations } from "ponder";
import { channel, tillDeposit } from "../channels.ts";
import { inclusion } from "../courts.ts";
import { model, modelVersion } from "../models.ts";
import { feeSplit, gateway, till } from "../payments.ts";
import { settlement } from "../settlements.ts";

export const tillRelations = relations(till, ({ one, many }) => ({
  model: one(model, { fields: [till.modelId], references: [model.id] }),
  settlements: many(settlement),
  feeSplits: many(feeSplit),
  operator: one(gateway, { fields: [till.gateway], references: [gateway.id] }),
  channels: many(channel),
  deposits: many(tillDeposit),
  inclusions: many(inclusion),
}));

export const feeSplitRelations = relations(feeSplit, ({ one }) => ({
  till: one(till, { fields: [feeSplit.tillId], references: [till.id] }),
  version: one(modelVersion, { fields: [feeSplit.versionId], references: [modelVersion.id] }),
  settlement: one(settlement, { fields: [feeSplit.settlementId], references: [settlement.id] }),
}));

export const gatewayRelations = relations(gateway, ({ many }) => ({
  tills: many(till),
  inclusions: many(inclusion),
}));
