// Waits until a transaction is mined. viem's own wait looks again only when there is a new block, and can miss one: where blocks come with transactions alone it then waits for nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { type Hex, type PublicClient, type TransactionReceipt, TransactionReceiptNotFoundError } from "viem";
import { LOCAL_CHAIN_IDS } from "@tributary/protocol/local-keys";

const POLL_MILLISECONDS = 1_000;
/** A chain that mines at once is not waited for as long as a public one. */
const LOCAL_POLL_MILLISECONDS = 50;
const RESEND_MILLISECONDS = 5_000;

export interface Wait {
  /** Blocks after which it counts, its own included. */
  readonly confirmations?: number;
  /** For each block that it needs. */
  readonly mostMilliseconds: number;
  /** Sends it again, as a node may have dropped it: now and then while it is not mined. */
  readonly resend?: (() => Promise<unknown>) | undefined;
  readonly resendMilliseconds?: number;
  /** Gives up at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The receipt of a transaction, be it reverted or not.
 * @throws Error if it is not mined, or not as deep as it must be, in time; of the node, where it does not answer
 */
export async function minedReceipt(
  client: Pick<PublicClient, "getTransactionReceipt" | "getBlockNumber">,
  chainId: number,
  hash: Hex,
  { confirmations = 1, mostMilliseconds, resend, resendMilliseconds = RESEND_MILLISECONDS, signal }: Wait,
): Promise<TransactionReceipt> {
  const poll = LOCAL_CHAIN_IDS.includes(chainId) ? LOCAL_POLL_MILLISECONDS : POLL_MILLISECONDS;
  const until = performance.now() + mostMilliseconds * confirmations;
  let resendAt = performance.now() + resendMilliseconds;
  for (;;) {
    // Asked anew each time: its block may have been replaced by another.
    const receipt = await client.getTransactionReceipt({ hash }).catch((error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    });
    if (receipt !== undefined && confirmations === 1) return receipt;
    if (receipt !== undefined) {
      const latest = await client.getBlockNumber({ cacheTime: 0 });
      if (latest - receipt.blockNumber + 1n >= BigInt(confirmations)) return receipt;
    }
    if (performance.now() > until) {
      const state = receipt === undefined ? "is not mined" : `is not ${confirmations} blocks deep`;
      throw new Error(`transaction ${hash} ${state} after ${(mostMilliseconds * confirmations) / 1_000} s`);
    }
    if (receipt === undefined && performance.now() > resendAt) {
      // A node that has it refuses it; why another does, is seen when its time is over.
      await resend?.().catch(() => undefined);
      resendAt = performance.now() + resendMilliseconds;
    }
    await sleep(poll, undefined, { signal });
  }
}
