// How rows of totals relate to others.
import { relations } from "ponder";
import { datanet } from "../datanets.ts";
import { model } from "../models.ts";
import { position } from "../positions.ts";
import { datanetContributor, datanetPeriod, modelPeriod, positionDay } from "../totals.ts";

export const modelPeriodRelations = relations(modelPeriod, ({ one }) => ({
  model: one(model, { fields: [modelPeriod.modelId], references: [model.id] }),
}));

export const datanetPeriodRelations = relations(datanetPeriod, ({ one }) => ({
  datanet: one(datanet, { fields: [datanetPeriod.datanetId], references: [datanet.id] }),
}));

export const datanetContributorRelations = relations(datanetContributor, ({ one }) => ({
  datanet: one(datanet, { fields: [datanetContributor.datanetId], references: [datanet.id] }),
}));

export const positionDayRelations = relations(positionDay, ({ one }) => ({
  position: one(position, { fields: [positionDay.positionId], references: [position.id] }),
}));
