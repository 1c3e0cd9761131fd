// Folds the events of the tills: how each fee was divided.
import { ponder } from "ponder:registry";
import { feeSplit, modelVersion, settlement, till } from "ponder:schema";
import { eventId, occurred } from "./provenance.ts";

// A till tells the division first, and then which closing it was of.

ponder.on("ModelTill:FeeSplit", async ({ event, context }) => {
  const { version: versionId, ...parts } = event.args;
  const id = eventId(event);
  await context.db.insert(feeSplit).values({
    id,
    tillId: event.log.address,
    versionId,
    fee: Object.values(parts).reduce((sum, part) => sum + part, 0n),
    ...parts,
    ...occurred(event),
  });
  await context.db.update(till, { id: event.log.address }).set({ latestFeeSplitId: id });
});

ponder.on("ModelTill:Closed", async ({ event, context }) => {
  const { settlement: id, bundleHash } = event.args;
  await context.db.update(settlement, { id }).set({ receiptsBundleHash: bundleHash });
  const { latestFeeSplitId } = (await context.db.find(till, { id: event.log.address })) ?? {};
  if (latestFeeSplitId) await context.db.update(feeSplit, { id: latestFeeSplitId }).set({ settlementId: id });
});

ponder.on("ModelTill:ClosedPlain", async ({ event, context }) => {
  const { version: id, fee } = event.args;
  await context.db.update(modelVersion, { id }).set((row) => ({ fees: row.fees + fee }));
  await context.db
    .update(till, { id: event.log.address })
    .set((row) => ({ fees: row.fees + fee, plainFees: row.plainFees + fee }));
});
