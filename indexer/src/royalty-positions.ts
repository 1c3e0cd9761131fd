// Folds the events of RoyaltyPositions: who owns which right to a royalty stream.
import { ponder } from "ponder:registry";
import { position, positionKind, positionTransfer } from "ponder:schema";
import { zeroAddress } from "viem";
import { addToProtocol } from "./add-to-totals.ts";
import { memberAt } from "./enum-member.ts";
import { created, eventId, occurred } from "./provenance.ts";

/** A delegation's nonce counts the transfers above the low 64 bits, which count revocations. */
const ONE_TRANSFER = 1n << 64n;

ponder.on("RoyaltyPositions:PositionCreated", async ({ event, context }) => {
  const { position: id, kind: kindNumber, subject, to } = event.args;
  const kind = memberAt(positionKind.enumValues, kindNumber - 1);
  await context.db.insert(position).values({
    id,
    kind,
    datanetId: kind === "curator" || kind === "contributor" ? subject : null,
    modelId: kind === "developer" ? subject : null,
    owner: to,
    delegationNonce: 0n,
    accrued: 0n,
    unclaimedAccrued: 0n,
    claimedAccrued: 0n,
    claimedAttributed: 0n,
    claimedTotal: 0n,
    paidToProposers: 0n,
    createdAt: event.block.timestamp,
    ...created(event),
  });
  await addToProtocol(context, { positions: 1 });
});

ponder.on("RoyaltyPositions:Transfer", async ({ event, context }) => {
  const { from, to, id } = event.args;
  // PositionCreated tells the first owner.
  if (from === zeroAddress) return;
  await context.db
    .update(position, { id })
    .set((row) => ({ owner: to, claimer: null, delegationNonce: row.delegationNonce + ONE_TRANSFER }));
  await context.db.insert(positionTransfer).values({
    id: eventId(event),
    positionId: id,
    from,
    to,
    ...occurred(event),
  });
});
