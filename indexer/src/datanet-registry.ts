// Folds the events of DatanetRegistry: datanets, their terms, and the contributions made to them.
import { ponder } from "ponder:registry";
import { contribution, contributionKind, datanet, datanetContributor, licenceIncome, objection } from "ponder:schema";
import { zeroAddress } from "viem";
import { addToDatanet, addToPeriods, addToProtocol } from "./add-to-totals.ts";
import { memberAt } from "./enum-member.ts";
import { plain } from "./plain-text.ts";
import { created, eventId, occurred } from "./provenance.ts";

ponder.on("DatanetRegistry:DatanetCreated", async ({ event, context }) => {
  const { datanet: id, curator, curatorPosition, terms, uri } = event.args;
  await context.db.insert(datanet).values({
    id,
    owner: curator,
    curatorPositionId: curatorPosition,
    ...terms,
    reviewWindowSeconds: BigInt(terms.reviewWindowSeconds),
    allowedUses: BigInt(terms.allowedUses),
    uri: plain(uri),
    contributionCount: 0n,
    acceptedContributions: 0n,
    acceptedRecords: 0n,
    withdrawnContributions: 0n,
    withdrawnRecords: 0n,
    rejectedContributions: 0n,
    contributorCount: 0,
    bondsHeld: 0n,
    bondsSlashed: 0n,
    licenceIncome: 0n,
    uncollectedLicenceIncome: 0n,
    createdAt: event.block.timestamp,
    ...created(event),
  });
  await addToProtocol(context, { datanets: 1 });
});

ponder.on("DatanetRegistry:Transfer", async ({ event, context }) => {
  const { from, to, tokenId } = event.args;
  // DatanetCreated tells the first owner.
  if (from === zeroAddress) return;
  await context.db.update(datanet, { id: tokenId }).set({ owner: to });
});

ponder.on("DatanetRegistry:ContributionMade", async ({ event, context }) => {
  const { contribution: id, datanet: datanetId, contributor, kind, contentRoot, licence, bond, uri } = event.args;
  const isFirst = (await context.db.find(datanetContributor, { datanetId, contributor })) === null;
  const { reviewWindowSeconds } = await context.db.update(datanet, { id: datanetId }).set((row) => ({
    contributionCount: row.contributionCount + 1n,
    contributorCount: row.contributorCount + (isFirst ? 1 : 0),
    bondsHeld: row.bondsHeld + bond,
  }));
  await context.db.insert(contribution).values({
    id,
    datanetId,
    contributor,
    kind: memberAt(contributionKind.enumValues, kind),
    status: "pending",
    reason: "in_review",
    contentHash: contentRoot.hash,
    recordCount: contentRoot.sum,
    licence,
    bond,
    returned: 0n,
    slashed: 0n,
    reward: 0n,
    uri: plain(uri),
    contributedAt: event.block.timestamp,
    reviewEndsAt: event.block.timestamp + reviewWindowSeconds,
    collectedLicenceIncome: 0n,
    ...created(event),
  });
  await context.db
    .insert(datanetContributor)
    .values({
      datanetId,
      contributor,
      contributions: 1,
      accepted: 0,
      rejected: 0,
      acceptedRecords: 0n,
      firstAt: event.block.timestamp,
    })
    .onConflictDoUpdate((row) => ({ contributions: row.contributions + 1 }));
  await addToPeriods(context, event, { contributions: 1 });
  await addToDatanet(context, event, datanetId, { contributions: 1 });
});

ponder.on("DatanetRegistry:ContributionAccepted", async ({ event, context }) => {
  const { contribution: id, datanet: datanetId, position: positionId, place, recordsBefore } = event.args;
  const accepted = await context.db.update(contribution, { id }).set({
    status: "accepted",
    reason: "review_passed",
    positionId,
    place,
    recordsBefore,
    acceptedAt: event.block.timestamp,
  });
  await context.db.update(datanet, { id: datanetId }).set((row) => ({
    acceptedContributions: row.acceptedContributions + 1n,
    acceptedRecords: row.acceptedRecords + accepted.recordCount,
  }));
  await context.db
    .update(datanetContributor, { datanetId, contributor: accepted.contributor })
    .set((row) => ({ accepted: row.accepted + 1, acceptedRecords: row.acceptedRecords + accepted.recordCount }));
  const change = { accepted: 1, acceptedRecords: accepted.recordCount };
  await addToPeriods(context, event, change);
  await addToDatanet(context, event, datanetId, change);
});

ponder.on("DatanetRegistry:ContributionHeld", async ({ event, context }) => {
  const { contribution: id } = event.args;
  const found = await context.db.find(objection, { contributionId: id });
  const isOpen = found !== null && found.resolvedAt === null;
  await context.db
    .update(contribution, { id })
    .set({ status: "under_review", reason: isOpen ? "objection" : "duplicate_shown" });
});

ponder.on("DatanetRegistry:ContributionReleased", async ({ event, context }) => {
  await context.db
    .update(contribution, { id: event.args.contribution })
    .set({ status: "pending", reason: "in_review" });
});

ponder.on("DatanetRegistry:ContributionRejected", async ({ event, context }) => {
  const { contribution: id, datanet: datanetId, rewardTo, slashed, reward } = event.args;
  // Only a verdict other than keep rejects by itself; whatever else does is a proof.
  const { verdict } = (await context.db.find(objection, { contributionId: id })) ?? {};
  const { contributor } = await context.db.update(contribution, { id }).set({
    status: "rejected",
    reason: verdict && verdict !== "keep" ? "verdict" : "duplicate",
    slashed,
    reward,
    rewardTo,
    rejectedAt: event.block.timestamp,
  });
  await context.db.update(datanet, { id: datanetId }).set((row) => ({
    rejectedContributions: row.rejectedContributions + 1n,
    bondsHeld: row.bondsHeld - slashed,
    bondsSlashed: row.bondsSlashed + slashed,
  }));
  await context.db
    .update(datanetContributor, { datanetId, contributor })
    .set((row) => ({ rejected: row.rejected + 1 }));
  await addToPeriods(context, event, { rejected: 1 });
  await addToDatanet(context, event, datanetId, { rejected: 1 });
});

ponder.on("DatanetRegistry:ContributionWithdrawn", async ({ event, context }) => {
  const { contribution: id, datanet: datanetId } = event.args;
  const { recordCount } = await context.db.update(contribution, { id }).set({ withdrawnAt: event.block.timestamp });
  await context.db.update(datanet, { id: datanetId }).set((row) => ({
    withdrawnContributions: row.withdrawnContributions + 1n,
    withdrawnRecords: row.withdrawnRecords + recordCount,
  }));
});

ponder.on("DatanetRegistry:BondReturned", async ({ event, context }) => {
  const { contribution: id, bond } = event.args;
  const { datanetId } = await context.db
    .update(contribution, { id })
    .set((row) => ({ returned: row.returned + bond, bondReturnedAt: event.block.timestamp }));
  await context.db.update(datanet, { id: datanetId }).set((row) => ({ bondsHeld: row.bondsHeld - bond }));
});

ponder.on("DatanetRegistry:LicenceIncome", async ({ event, context }) => {
  const { datanet: datanetId, payer, curatorPart, contributorsPart } = event.args;
  await context.db.insert(licenceIncome).values({
    id: eventId(event),
    datanetId,
    payer,
    curatorPart,
    contributorsPart,
    ...occurred(event),
  });
  await context.db.update(datanet, { id: datanetId }).set((row) => ({
    licenceIncome: row.licenceIncome + curatorPart + contributorsPart,
    uncollectedLicenceIncome: row.uncollectedLicenceIncome + contributorsPart,
  }));
  const change = { licenceIncome: curatorPart + contributorsPart };
  await addToPeriods(context, event, change);
  await addToDatanet(context, event, datanetId, change);
});

ponder.on("DatanetRegistry:LicenceIncomeCollected", async ({ event, context }) => {
  const { contribution: id, amount } = event.args;
  const { datanetId } = await context.db
    .update(contribution, { id })
    .set((row) => ({ collectedLicenceIncome: row.collectedLicenceIncome + amount }));
  await context.db
    .update(datanet, { id: datanetId })
    .set((row) => ({ uncollectedLicenceIncome: row.uncollectedLicenceIncome - amount }));
});
