// Folds the events of TillFactory: which address collects the fees of which model at which gateway.
import { ponder } from "ponder:registry";
import { till } from "ponder:schema";
import { created } from "./provenance.ts";

ponder.on("TillFactory:TillCreated", async ({ event, context }) => {
  const { till: id, model: modelId, gateway } = event.args;
  await context.db.insert(till).values({
    id,
    modelId,
    gateway,
    settlementCount: 0,
    callCount: 0n,
    fees: 0n,
    plainFees: 0n,
    createdAt: event.block.timestamp,
    ...created(event),
  });
});
