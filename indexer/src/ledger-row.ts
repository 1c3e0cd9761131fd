// The books of a payment token, which the events of its ledger and those of its vault change.
import type { Context } from "ponder:registry";
import { ledger } from "ponder:schema";
import type { Address } from "viem";

type LedgerRow = typeof ledger.$inferSelect;

/** Changes the row that the ledger's first event creates. */
export async function updateLedger(
  { db }: Pick<Context, "db">,
  id: Address,
  change: (row: LedgerRow) => Partial<LedgerRow>,
): Promise<void> {
  await db.update(ledger, { id }).set(change);
}
