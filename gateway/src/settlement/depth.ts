// Waits until a block is as deep as a transaction must be, and says where to read what is that deep.
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_CHAIN_IDS } from "@tributary/protocol/local-keys";
import type { SettlementChain } from "./chain.ts";
import { WAIT_MILLISECONDS } from "./send.ts";

const POLL_MILLISECONDS = 1_000;
/** A chain that mines at once is not waited for as long as a public one. */
const LOCAL_POLL_MILLISECONDS = 50;

/**
 * Waits until a block is as deep as `confirmations` says.
 * @param block the newest one if left out
 * @returns the newest block that is: it is this one or a later one
 * @throws Error if so many blocks do not come in time, and at once when the gateway is stopping
 */
export async function depthReached(
  {
    reader,
    chainId,
    confirmations,
    stopping,
  }: Pick<SettlementChain, "reader" | "chainId" | "confirmations" | "stopping">,
  block?: bigint,
): Promise<bigint> {
  const depth = BigInt(confirmations - 1);
  const from = block ?? (await reader.getBlockNumber({ cacheTime: 0 }));
  const until = performance.now() + WAIT_MILLISECONDS * confirmations;
  for (;;) {
    const latest = await reader.getBlockNumber({ cacheTime: 0 });
    if (latest >= from + depth) return latest - depth;
    if (performance.now() > until)
      throw new Error(`block ${from} is not ${confirmations} blocks deep: the newest is ${latest}`);
    await sleep(LOCAL_CHAIN_IDS.includes(chainId) ? LOCAL_POLL_MILLISECONDS : POLL_MILLISECONDS, undefined, {
      signal: stopping,
    });
  }
}
