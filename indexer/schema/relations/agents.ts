// How rows of agents relate to others.
import { relations } from "ponder";
import { agent, agentMetadata, agentTransfer } from "../agents.ts";

export const agentRelations = relations(agent, ({ many }) => ({
  metadata: many(agentMetadata),
  transfers: many(agentTransfer),
}));

export const agentMetadataRelations = relations(agentMetadata, ({ one }) => ({
  agent: one(agent, { fields: [agentMetadata.agentId], references: [agent.id] }),
}));

export const agentTransferRelations = relations(agentTransfer, ({ one }) => ({
  agent: one(agent, { fields: [agentTransfer.agentId], references: [agent.id] }),
}));
