// Times of a test's transactions, which do not depend on how fast this machine is.
import type { Chain } from "../../../deploy/testing/anvil.ts";

/** The next transaction comes when so many seconds have passed since the last block, and one more. */
export async function pass(chain: Chain, seconds: number): Promise<void> {
  const { timestamp } = await chain.client.getBlock();
  await nextAt(chain, Number(timestamp) + seconds + 1);
}

/** @param timestamp Of the next block, which holds the next transaction. */
export async function nextAt({ client }: Chain, timestamp: number): Promise<void> {
  await client.setNextBlockTimestamp({ timestamp: BigInt(timestamp) });
}
