// How long after a transaction is mined the real indexer's GraphQL has what it did.
import { setTimeout as sleep } from "node:timers/promises";
import type { Hex } from "viem";
import type { Chain } from "../../deploy/testing/anvil.ts";
import type { Protocol } from "../../deploy/testing/deploy-contracts.ts";
import { query } from "../test/support/graphql.ts";
import { createDatanet } from "./protocol.ts";

const ASK_MILLISECONDS = 2;
const LIMIT_MILLISECONDS = 30_000;
/** Blocks come at any time between two of the indexer's questions for new ones. */
const MOST_PAUSE_MILLISECONDS = 400;

/**
 * Creates `blocks` datanets, a block each, one after the other.
 * @returns milliseconds from each receipt to the first answer that has the datanet
 */
export async function measureFreshness(
  chain: Chain,
  { addresses }: Protocol,
  graphqlUrl: string,
  blocks: number,
  say: (text: string) => void,
): Promise<number[]> {
  const milliseconds: number[] = [];
  const { datanets } = await query<{ datanets: { totalCount: number } }>(graphqlUrl, "{ datanets { totalCount } }");
  for (let block = 1; block <= blocks; block++) {
    say(`blocks until they are in GraphQL: ${block} of ${blocks}`);
    await sleep(Math.random() * MOST_PAUSE_MILLISECONDS);
    const hash = await createDatanet(chain, addresses, `npm:bench-${block}`);
    while ((await receiptStatus(chain.client, hash)) === null) await sleep(1);
    const mined = performance.now();
    for (const id = datanets.totalCount + block; ; await sleep(ASK_MILLISECONDS)) {
      const { datanet } = await query<{ datanet: { id: string } | null }>(
        graphqlUrl,
        `{ datanet(id: "${id}") { id } }`,
      );
      if (datanet !== null) break;
      if (performance.now() - mined > LIMIT_MILLISECONDS) throw new Error(`datanet ${id} does not come to GraphQL`);
    }
    milliseconds.push(performance.now() - mined);
  }
  return milliseconds;
}

async function receiptStatus(client: Chain["client"], hash: Hex): Promise<string | null> {
  const request = { method: "eth_getTransactionReceipt", params: [hash] };
  const receipt = (await client.request(request as never)) as { status: string } | null;
  if (receipt === null) return null;
  if (receipt.status !== "0x1") throw new Error("no datanet was created: the transaction failed");
  return receipt.status;
}
