// How rows of payment channels relate to others.
import { relations } from "ponder";
import { channel, channelMovement, tillDeposit } from "../channels.ts";
import { inclusion } from "../courts.ts";
import { till } from "../payments.ts";

export const channelRelations = relations(channel, ({ one, many }) => ({
  till: one(till, { fields: [channel.tillId], references: [till.id] }),
  movements: many(channelMovement),
  inclusions: many(inclusion),
}));

export const channelMovementRelations = relations(channelMovement, ({ one }) => ({
  channel: one(channel, { fields: [channelMovement.channelId], references: [channel.id] }),
}));

export const tillDepositRelations = relations(tillDeposit, ({ one }) => ({
  till: one(till, { fields: [tillDeposit.tillId], references: [till.id] }),
}));
