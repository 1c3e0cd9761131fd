// Columns that say where a row comes from, taken from the event that made it.
import type { Hex } from "viem";

/** What every event has. */
export interface Occurrence {
  block: { number: bigint; timestamp: bigint };
  transaction: { hash: Hex };
  log: { logIndex: number };
}

/** Id of a row that has none on the chain: its transaction and its place in the block's logs. */
export function eventId({ transaction, log }: Occurrence): string {
  return `${transaction.hash}-${log.logIndex}`;
}

/** For rows that record one event. */
export function occurred({ block, transaction }: Occurrence) {
  return { at: block.timestamp, block: block.number, transactionHash: transaction.hash };
}

/** For rows that live on; the instant of their creation has a name of its own in each table. */
export function created({ block, transaction }: Occurrence) {
  return { createdBlock: block.number, transactionHash: transaction.hash };
}
