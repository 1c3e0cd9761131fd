// Folds the events of ModelRegistry: models, their versions with lineage and split, and the index of each version.
import { type Context, ponder } from "ponder:registry";
import {
  indexCommit,
  licencePayment,
  model,
  modelVersion,
  priceChange,
  versionAncestor,
  versionDatanet,
  versionParent,
  versionSegment,
} from "ponder:schema";
import { zeroAddress } from "viem";
import { addToProtocol } from "./add-to-totals.ts";
import { endedNow } from "./ending-columns.ts";
import { nameCourt, setParameter } from "./parameter-row.ts";
import { plain } from "./plain-text.ts";
import { created, eventId, occurred } from "./provenance.ts";

ponder.on("ModelRegistry:ModelRegistered", async ({ event, context }) => {
  const { model: id, developer, developerPosition, uri } = event.args;
  await context.db.insert(model).values({
    id,
    owner: developer,
    developerPositionId: developerPosition,
    uri: plain(uri),
    versionCount: 0,
    createdAt: event.block.timestamp,
    ...created(event),
  });
  await addToProtocol(context, { models: 1 });
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
  const { inputPrice, outputPrice, royaltyBps } = event.args;
  const own = segments.map(({ datanet: datanetId, ...counts }) => ({ datanetId, ...counts, isInherited: false }));
  const layout = [...(await inheritedLayout(context, parents[0])), ...own];
  await db.insert(modelVersion).values({
    id,
    modelId,
    weightsHash,
    principalParentId: parents[0] ?? null,
    records,
    parentRecords: records - segments.reduce((sum, segment) => sum + segment.records, 0n),
    datanetIds: layout.map(({ datanetId }) => datanetId),
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
    indexCount: 0,
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
  if (layout.length > 0) {
    await db
      .insert(versionDatanet)
      .values(layout.map((part, ordinal) => ({ ...part, versionId: id, ordinal, callCount: 0n, fees: 0n })));
  }
  await db.update(model, { id: modelId }).set((row) => ({ versionCount: row.versionCount + 1, latestVersionId: id }));
  await addToProtocol(context, { modelVersions: 1 });
});

/** What a version's layout has before its own segments: that of its principal parent. */
async function inheritedLayout({ db }: Pick<Context, "db">, parentId: bigint | undefined) {
  if (parentId === undefined) return [];
  const { datanetIds } = (await db.find(modelVersion, { id: parentId })) ?? { datanetIds: [] };
  const rows = await Promise.all(
    datanetIds.map((datanetId) => db.find(versionDatanet, { versionId: parentId, datanetId })),
  );
  return rows
    .filter((row) => row !== null)
    .map(({ datanetId, contributions, records }) => ({ datanetId, contributions, records, isInherited: true }));
}

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

// --- indexes ---

ponder.on("ModelRegistry:IndexCommitted", async ({ event, context }) => {
  const { version: versionId, methodId, root, method, bundleHash, committer, bond, usableAt } = event.args;
  let sub = 0;
  await context.db.update(modelVersion, { id: versionId }).set((row) => {
    sub = row.indexCount;
    return { indexCount: sub + 1, standingIndex: sub };
  });
  await context.db.insert(indexCommit).values({
    versionId,
    sub,
    status: "committed",
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
  await addToProtocol(context, { indexCommits: 1 });
});

ponder.on("ModelRegistry:IndexHeld", async ({ event, context }) => {
  const { version: versionId, sub, usableAt } = event.args;
  await context.db.update(indexCommit, { versionId, sub }).set({ usableAt: BigInt(usableAt) });
});

// What ended it tells the court that did, in the same transaction; so does a court that holds the reward.
ponder.on("ModelRegistry:IndexEnded", async ({ event, context }) => {
  const { version: versionId, sub, prover, reward, burned } = event.args;
  await context.db
    .update(indexCommit, { versionId, sub })
    .set({ status: "ended", ...endedNow(event.block.timestamp, { prover, reward, burned }) });
  await context.db.update(modelVersion, { id: versionId }).set({ standingIndex: null });
  await addToProtocol(context, { indexCommitsEnded: 1 });
});

ponder.on("ModelRegistry:IndexBondReturned", async ({ event, context }) => {
  const { version: versionId } = event.args;
  const { standingIndex } = (await context.db.find(modelVersion, { id: versionId })) ?? {};
  if (standingIndex === null || standingIndex === undefined) return;
  await context.db
    .update(indexCommit, { versionId, sub: standingIndex })
    .set({ bondReturnedAt: event.block.timestamp });
});

// --- governance ---

ponder.on("ModelRegistry:TreasuryLeastBpsSet", async ({ event, context }) => {
  await setParameter(context, event, "ModelRegistry.treasuryLeastBps", event.args.bps);
});

ponder.on("ModelRegistry:IndexBondSet", async ({ event, context }) => {
  await setParameter(context, event, "ModelRegistry.indexBond", event.args.bond);
});

ponder.on("ModelRegistry:CourtNamed", async ({ event, context }) => {
  await nameCourt(context, event, event.args.court);
});
