// How rows of datanets and contributions relate to others.
import { relations } from "ponder";
import { contribution, datanet, licenceIncome } from "../datanets.ts";
import { licencePayment, versionDatanet, versionSegment } from "../models.ts";
import { position } from "../positions.ts";
import { bondSlash, duplicateProof, objection, reviewRound } from "../reviews.ts";
import { stakePool } from "../staking.ts";
import { datanetContributor, datanetPeriod } from "../totals.ts";

export const datanetRelations = relations(datanet, ({ one, many }) => ({
  curatorPosition: one(position, { fields: [datanet.curatorPositionId], references: [position.id] }),
  contributions: many(contribution),
  positions: many(position, { relationName: "datanet" }),
  segments: many(versionSegment),
  licencePayments: many(licencePayment),
  licenceIncomes: many(licenceIncome),
  validators: many(stakePool),
  versions: many(versionDatanet),
  periods: many(datanetPeriod),
  contributors: many(datanetContributor),
}));

export const licenceIncomeRelations = relations(licenceIncome, ({ one }) => ({
  datanet: one(datanet, { fields: [licenceIncome.datanetId], references: [datanet.id] }),
}));

export const contributionRelations = relations(contribution, ({ one, many }) => ({
  datanet: one(datanet, { fields: [contribution.datanetId], references: [datanet.id] }),
  position: one(position, { fields: [contribution.positionId], references: [position.id] }),
  objection: one(objection, { fields: [contribution.id], references: [objection.contributionId] }),
  duplicateProofs: many(duplicateProof, { relationName: "contribution" }),
  copies: many(duplicateProof, { relationName: "earlier" }),
  rounds: many(reviewRound),
  bondSlashes: many(bondSlash),
}));
