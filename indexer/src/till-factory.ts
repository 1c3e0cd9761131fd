// Folds the events of TillFactory: which address collects the fees of which model at which gateway.
import { ponder } from "ponder:registry";
import { gateway as gateways, till } from "ponder:schema";
import { addToProtocol } from "./add-to-totals.ts";
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
  await context.db
    .insert(gateways)
    .values({
      id: gateway,
      tillCount: 1,
      settlementCount: 0,
      callCount: 0n,
      fees: 0n,
      share: 0n,
      settlementsVoided: 0,
      createdAt: event.block.timestamp,
      ...created(event),
    })
    .onConflictDoUpdate((row) => ({ tillCount: row.tillCount + 1 }));
  await addToProtocol(context, { tills: 1 });
});
