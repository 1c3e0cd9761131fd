// Folds the events of ModelRegistry: models, their versions with lineage and split, and the index of each version.
import { ponder } from "ponder:registry";
import {
  indexCommit,
  licencePayment,
  model,
  modelVersion,
  priceChange,
  versionAncestor,
  versionParent,
  versionSegment,
} from "ponder:schema";
import { zeroAddress } from "viem";
import { created, eventId, occurred } from "./provenance.ts";

ponder.on("ModelRegistry:ModelRegistered", async ({ event, context }) => {
  const { model: id, developer, developerPosition, uri } = event.args;
  await context.db.insert(model).values({
    id,
    owner: developer,
    developerPositionId: developerPosition,
    uri,
    versionCount: 0,
    createdAt: event.block.timestamp,
    ...created(event),
  });
});

ponder.on("ModelRegistry:Transfer", async ({ event, context }) => {
  const { from, to, tokenId } = event.args;
  // ModelRegistered tells the first owner.
  if (from === zeroAddress) return;
  await context.db.update(model, { id: tokenId }).set({ owner: to });
});

ponder.on("ModelRegistry:VersionRegistered", async ({ event, context }) => {
  const { db } = context;
  const { version: id, model: modelId, weightsHash, parents, segments, split, ancestors, records } = event.args;
  const { inputPrice, outputPrice } = event.args;
  const { royaltyBps } = await context.client.readContract({
    abi: context.contracts.ModelRegistry.abi,
    address: event.log.address,
    functionName: "versionOf",
    args: [id],
    cache: "immutable",
  });
  await db.insert(modelVersion).values({
    id,
    modelId,
    weightsHash,
    principalParentId: parents[0] ?? null,
    records,
    parentRecords: records - segments.reduce((sum, segment) => sum + segment.records, 0n),
    inputPrice,
    outputPrice,
    treasuryBps: split.treasury,
    gatewayBps: split.gateway,
    curatorsBps: split.curators,
    stakersBps: split.stakers,
    developerBps: split.developer,
    dataBps: split.data,
    ancestorsBps: ancestors.reduce((sum, ancestor) => sum + ancestor.bps, 0),
    royaltyBps,
    licenceFees: 0n,
    settlementCount: 0,
    callCount: 0n,
    fees: 0n,
    pools: 0n,
    waitingIncome: 0n,
    registeredAt: event.block.timestamp,
    ...created(event),
  });
  if (parents.length > 0) {
    await db.insert(versionParent).values(parents.map((parentId, ordinal) => ({ versionId: id, ordinal, parentId })));
  }
  if (segments.length > 0) {
    await db.insert(versionSegment).values(
      segments.map((segment, ordinal) => ({
        versionId: id,
        ordinal,
        datanetId: segment.datanet,
        contributions: segment.contributions,
        records: segment.records,
      })),
    );
  }
  if (ancestors.length > 0) {
    await db
      .insert(versionAncestor)
      .values(ancestors.map(({ position, bps }, ordinal) => ({ versionId: id, ordinal, positionId: position, bps })));
  }
  await db.update(model, { id: modelId }).set((row) => ({ versionCount: row.versionCount + 1, latestVersionId: id }));
});

ponder.on("ModelRegistry:PriceSet", async ({ event, context }) => {
  const { version: versionId, inputPrice, outputPrice } = event.args;
  const prices = { inputPrice, outputPrice };
  await context.db.insert(priceChange).values({ id: eventId(event), versionId, ...prices, ...occurred(event) });
  await context.db.update(modelVersion, { id: versionId }).set(prices);
});

ponder.on("ModelRegistry:LicencePaid", async ({ event, context }) => {
  const { version: versionId, datanet: datanetId, fee } = event.args;
  await context.db.insert(licencePayment).values({ id: eventId(event), versionId, datanetId, fee, ...occurred(event) });
  await context.db.update(modelVersion, { id: versionId }).set((row) => ({ licenceFees: row.licenceFees + fee }));
});

ponder.on("ModelRegistry:IndexCommitted", async ({ event, context }) => {
  const { version: versionId, methodId, root, method, bundleHash, committer, bond, usableAt } = event.args;
  await context.db.insert(indexCommit).values({
    versionId,
    methodId,
    ...method,
    tau: BigInt(method.tau),
    delta: BigInt(method.delta),
    rootHash: root.hash,
    records: root.sum,
    bundleHash,
    committer,
    bond,
    committedAt: event.block.timestamp,
    usableAt: BigInt(usableAt),
    ...created(event),
  });
});

ponder.on("ModelRegistry:IndexHeld", async ({ event, context }) => {
  const { version: versionId, usableAt } = event.args;
  await context.db.update(indexCommit, { versionId }).set({ usableAt: BigInt(usableAt) });
});

ponder.on("ModelRegistry:IndexBondReturned", async ({ event, context }) => {
  await context.db
    .update(indexCommit, { versionId: event.args.version })
    .set({ bondReturnedAt: event.block.timestamp });
});
