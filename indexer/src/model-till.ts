// Folds the events of the tills: how each fee was divided.
import { ponder } from "ponder:registry";
import { feeSplit, gateway, modelVersion, settlement, till } from "ponder:schema";
import { addToModel, addToPeriods } from "./add-to-totals.ts";
import { eventId, occurred } from "./provenance.ts";
import { addUse } from "./version-use.ts";

// A till tells the division first, and then which closing it was of.

ponder.on("ModelTill:FeeSplit", async ({ event, context }) => {
  const { version: versionId, ...parts } = event.args;
  const id = eventId(event);
  const fee = Object.values(parts).reduce((sum, part) => sum + part, 0n);
  await context.db.insert(feeSplit).values({
    id,
    tillId: event.log.address,
    versionId,
    fee,
    ...parts,
    ...occurred(event),
  });
  const { gateway: operator } = await context.db.update(till, { id: event.log.address }).set({ latestFeeSplitId: id });
  await context.db
    .update(gateway, { id: operator })
    .set((row) => ({ fees: row.fees + fee, share: row.share + parts.gateway }));
  await addUse(context, event, versionId, { fees: fee });
  await addToPeriods(context, event, { fees: fee, ...parts });
  const { modelId } = (await context.db.find(modelVersion, { id: versionId })) ?? {};
  if (modelId !== undefined) await addToModel(context, event, modelId, { fees: fee, ...parts });
});

ponder.on("ModelTill:Closed", async ({ event, context }) => {
  const { settlement: id, bundleHash } = event.args;
  await context.db.update(settlement, { id }).set({ receiptsBundleHash: bundleHash });
  const { latestFeeSplitId } = (await context.db.find(till, { id: event.log.address })) ?? {};
  if (latestFeeSplitId) await context.db.update(feeSplit, { id: latestFeeSplitId }).set({ settlementId: id });
});

ponder.on("ModelTill:ClosedPlain", async ({ event, context }) => {
  const { version: id, fee } = event.args;
  const { modelId } = await context.db.update(modelVersion, { id }).set((row) => ({ fees: row.fees + fee }));
  await context.db
    .update(till, { id: event.log.address })
    .set((row) => ({ fees: row.fees + fee, plainFees: row.plainFees + fee }));
  await addToPeriods(context, event, { plainFees: fee });
  await addToModel(context, event, modelId, { plainFees: fee });
});
