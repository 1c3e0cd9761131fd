// How rows of shares relate to others.
import { relations } from "ponder";
import { position } from "../positions.ts";
import { sharesContract, sharesHolder, sharesIncome, sharesPayment, sharesSweep } from "../shares.ts";

export const sharesContractRelations = relations(sharesContract, ({ one, many }) => ({
  position: one(position, { fields: [sharesContract.positionId], references: [position.id] }),
  holders: many(sharesHolder),
  income: many(sharesIncome),
  payments: many(sharesPayment),
  sweeps: many(sharesSweep),
}));

export const sharesHolderRelations = relations(sharesHolder, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesHolder.sharesId], references: [sharesContract.id] }),
}));

export const sharesIncomeRelations = relations(sharesIncome, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesIncome.sharesId], references: [sharesContract.id] }),
}));

export const sharesPaymentRelations = relations(sharesPayment, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesPayment.sharesId], references: [sharesContract.id] }),
}));

export const sharesSweepRelations = relations(sharesSweep, ({ one }) => ({
  shares: one(sharesContract, { fields: [sharesSweep.sharesId], references: [sharesContract.id] }),
}));
