// How rows of positions relate to others.
import { relations } from "ponder";
import { contribution, datanet } from "../datanets.ts";
import { model, versionAncestor } from "../models.ts";
import { accrual, claim, position, positionTransfer } from "../positions.ts";
import { sharesContract } from "../shares.ts";
import { positionDay } from "../totals.ts";

export const positionRelations = relations(position, ({ one, many }) => ({
  datanet: one(datanet, { fields: [position.datanetId], references: [datanet.id], relationName: "datanet" }),
  model: one(model, { fields: [position.modelId], references: [model.id] }),
  contributions: many(contribution),
  accruals: many(accrual),
  claims: many(claim),
  transfers: many(positionTransfer),
  ancestorOf: many(versionAncestor),
  shares: many(sharesContract),
  days: many(positionDay),
}));

export const positionTransferRelations = relations(positionTransfer, ({ one }) => ({
  position: one(position, { fields: [positionTransfer.positionId], references: [position.id] }),
}));

export const accrualRelations = relations(accrual, ({ one }) => ({
  position: one(position, { fields: [accrual.positionId], references: [position.id] }),
}));

export const claimRelations = relations(claim, ({ one }) => ({
  position: one(position, { fields: [claim.positionId], references: [position.id] }),
}));
