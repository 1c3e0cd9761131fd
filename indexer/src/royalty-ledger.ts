// Folds the events of RoyaltyLedger about its parameters and direct income. Its settlements and proposals are in files of their own, and what of the income is
// claimed is in `royalty-vault.ts`.
import { ponder } from "ponder:registry";
import { accrual, ledger, position } from "ponder:schema";
import { addIncome } from "./add-to-totals.ts";
import { updateLedger } from "./ledger-row.ts";
import { nameCourt, setParameter } from "./parameter-row.ts";
import { eventId, occurred } from "./provenance.ts";

// --- parameters ---

// The constructor tells the bonds first of all.
ponder.on("RoyaltyLedger:BondsSet", async ({ event, context }) => {
  const { bondFloor, bondBps } = event.args;
  await setParameter(context, event, "RoyaltyLedger.bondFloor", bondFloor);
  await setParameter(context, event, "RoyaltyLedger.bondBps", bondBps);
  const { client, contracts, db } = context;
  if ((await db.find(ledger, { id: event.log.address })) !== null) {
    await updateLedger(context, event.log.address, () => ({ bondFloor, bondBps }));
    return;
  }
  const contract = { abi: contracts.RoyaltyLedger.abi, address: event.log.address, cache: "immutable" } as const;
  const [token, vault, treasuryPositionId, genesis, parameters] = await Promise.all([
    client.readContract({ ...contract, functionName: "token" }),
    client.readContract({ ...contract, functionName: "vault" }),
    client.readContract({ ...contract, functionName: "treasuryPosition" }),
    client.readContract({ ...contract, functionName: "genesis" }),
    client.readContract({ ...contract, functionName: "parameters" }),
  ]);
  await db.insert(ledger).values({
    id: event.log.address,
    token,
    vault,
    treasuryPositionId,
    genesis: BigInt(genesis),
    epochSeconds: BigInt(parameters.epochSeconds),
    sketchWindowSeconds: BigInt(parameters.sketchWindowSeconds),
    challengeWindowSeconds: BigInt(parameters.challengeWindowSeconds),
    settlementLifetimeSeconds: BigInt(parameters.settlementLifetimeSeconds),
    bondFloor,
    bondBps,
    proposerFee: 0n,
    owedPools: 0n,
    owedPayouts: 0n,
    owedAccrued: 0n,
    owedBonds: 0n,
    payoutsSum: 0n,
    settlementCount: 0,
    callCount: 0n,
    accrued: 0n,
    claimedAttributed: 0n,
    claimedAccrued: 0n,
    paidToProposers: 0n,
  });
});

ponder.on("RoyaltyLedger:ProposerFeeSet", async ({ event, context }) => {
  await setParameter(context, event, "RoyaltyLedger.proposerFee", event.args.proposerFee);
  await updateLedger(context, event.log.address, () => ({ proposerFee: event.args.proposerFee }));
});

ponder.on("RoyaltyLedger:CourtNamed", async ({ event, context }) => {
  await nameCourt(context, event, event.args.court);
});

// --- direct income ---

ponder.on("RoyaltyLedger:Accrued", async ({ event, context }) => {
  const { position: positionId, from, amount } = event.args;
  await context.db.insert(accrual).values({ id: eventId(event), positionId, from, amount, ...occurred(event) });
  const earner = await context.db.update(position, { id: positionId }).set((row) => ({
    accrued: row.accrued + amount,
    unclaimedAccrued: row.unclaimedAccrued + amount,
  }));
  await updateLedger(context, event.log.address, (row) => ({
    owedAccrued: row.owedAccrued + amount,
    accrued: row.accrued + amount,
  }));
  await addIncome(context, event, earner, { accrued: amount });
});
