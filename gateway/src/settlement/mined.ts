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
  /** While it is in no block; and, once it is in one, for each block that it needs. */
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
  let since = performance.now();
  let isMined = false;
  let resendAt = performance.now() + resendMilliseconds;
  /** `undefined` where the node does not answer, until the time is over. */
  const away = (error: unknown): undefined => {
    if (performance.now() - since > (isMined ? mostMilliseconds * confirmations : mostMilliseconds)) throw error;
    return undefined;
  };
  for (;;) {
    // Asked anew each time: its block may have been replaced by another.
    const receipt = await client
      .getTransactionReceipt({ hash })
      .catch((error: unknown) => (error instanceof TransactionReceiptNotFoundError ? undefined : away(error)));
    if (receipt !== undefined && confirmations === 1) return receipt;
    // Fees that are too low are found out in the time of one block, however deep it has to be.
    if (isMined !== (receipt !== undefined)) {
      isMined = receipt !== undefined;
      since = performance.now();
    }
    if (receipt !== undefined) {
      const latest = await client.getBlockNumber({ cacheTime: 0 }).catch(away);
      if (latest !== undefined && latest - receipt.blockNumber + 1n >= BigInt(confirmations)) return receipt;
    }
    const most = isMined ? mostMilliseconds * confirmations : mostMilliseconds;
    if (performance.now() - since > most) {
      const state = isMined ? `is not ${confirmations} blocks deep` : "is not mined";
      throw new Error(`transaction ${hash} ${state} after ${most / 1_000} s`);
    }
    if (receipt === undefined && performance.now() > resendAt) {
      // A node that has it refuses it; why another does, is seen when its time is over.
      await resend?.().catch(() => undefined);
      resendAt = performance.now() + resendMilliseconds;
    }
    await sleep(poll, undefined, { signal });
  }
}
