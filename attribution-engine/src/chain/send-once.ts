// Sends a transaction and waits until it is in a block.
import type { Hash } from "viem";
import type { Reader } from "./chain-access.ts";

/** What became of a wish: it was fulfilled already, or a transaction fulfilled it. */
export type Outcome = { readonly status: "present" } | { readonly status: "sent"; readonly transaction: Hash };

/** Waits for the receipt of a transaction. Throws an Error that names `what` if it reverted. */
export async function confirm(reader: Reader, transaction: Hash, what: string): Promise<Outcome> {
  const { status } = await reader.waitForTransactionReceipt({ hash: transaction });
  if (status !== "success") throw new Error(`${what}: transaction ${transaction} reverted`);
  return { status: "sent", transaction };
}
