// Folds what positions are paid: attributed income by the events of RoyaltyVault, direct income by those of RoyaltyLedger; and who else may claim.
import { type Context, type Event, ponder } from "ponder:registry";
import { claim, position } from "ponder:schema";
import { type Address, zeroAddress } from "viem";
import { addIncome, addToPeriods } from "./add-to-totals.ts";
import { updateLedger } from "./ledger-row.ts";
import { occurred } from "./provenance.ts";

type ClaimEvent = Extract<Event, { log: { address: string } }>;
type Payment = { positionId: bigint; recipient: Address; attributed: bigint; accrued: bigint };

ponder.on("RoyaltyVault:Claimed", async ({ event, context }) => {
  const { position: positionId, recipient, attributed } = event.args;
  await recordPayment(context, event, { positionId, recipient, attributed, accrued: 0n });
});

ponder.on("RoyaltyLedger:AccruedPaid", async ({ event, context }) => {
  const { position: positionId, recipient, amount: accrued } = event.args;
  await recordPayment(context, event, { positionId, recipient, attributed: 0n, accrued });
});

/** One claim pays a position by two events: what a transaction pays one recipient for a position is one row. */
async function recordPayment(context: Context, event: ClaimEvent, payment: Payment): Promise<void> {
  const { positionId, recipient, attributed, accrued } = payment;
  const { contracts, db } = context;
  const id = `${event.transaction.hash}-${positionId}-${recipient}`;
  const isFirst = (await db.find(claim, { id })) === null;
  await db
    .insert(claim)
    .values({
      id,
      ...payment,
      sender: event.transaction.from,
      ...occurred(event),
      logIndex: event.log.logIndex,
    })
    .onConflictDoUpdate((row) => ({ attributed: row.attributed + attributed, accrued: row.accrued + accrued }));
  const paid = await db.update(position, { id: positionId }).set((row) => ({
    unclaimedAccrued: row.unclaimedAccrued - accrued,
    claimedAccrued: row.claimedAccrued + accrued,
    claimedAttributed: row.claimedAttributed + attributed,
    claimedTotal: row.claimedTotal + accrued + attributed,
  }));
  await updateLedger(context, contracts.RoyaltyLedger.address, (row) => ({
    owedAccrued: row.owedAccrued - accrued,
    owedPayouts: row.owedPayouts - attributed,
    claimedAccrued: row.claimedAccrued + accrued,
    claimedAttributed: row.claimedAttributed + attributed,
  }));
  await addIncome(context, event, paid, { claimedAccrued: accrued, claimedAttributed: attributed });
  if (isFirst) await addToPeriods(context, event, { claims: 1 });
}

ponder.on("RoyaltyVault:ClaimerSet", async ({ event, context }) => {
  const { position: id, owner, claimer } = event.args;
  const appointee = claimer === zeroAddress ? null : claimer;
  await context.db.update(position, { id }).set({ claimer: appointee, appointee, appointedBy: owner });
});

ponder.on("RoyaltyVault:DelegationsRevoked", async ({ event, context }) => {
  const { position: id, nonce } = event.args;
  await context.db.update(position, { id }).set({ delegationNonce: nonce });
});
