// The real indexer on a chain of its own with the protocol's contracts.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { encodeFunctionData, type Hex } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { curator } from "../../deploy/testing/accounts.ts";
import { type Chain, startAnvil } from "../../deploy/testing/anvil.ts";
import { deployContracts, type Protocol } from "../../deploy/testing/deploy-contracts.ts";
import { type Indexer, type IndexerOptions, startIndexer } from "../launcher/start-indexer.ts";
import { TERMS } from "../test/support/scenario.ts";
import type { StopList } from "./stop-list.ts";

/** Without `databaseUrl` the indexer uses its embedded database; with it, it shows its tables in the views `live`. */
export async function startProtocol(
  folder: string,
  databaseUrl: string | undefined,
  stops: StopList,
): Promise<{ chain: Chain; protocol: Protocol; indexer: Indexer; options: IndexerOptions }> {
  mkdirSync(folder, { recursive: true });
  const chain = await startAnvil();
  stops.add(() => chain.stop());
  const protocol = await deployContracts(chain, folder);
  const options: IndexerOptions = {
    rpcUrl: chain.rpcUrl,
    deployment: protocol.file,
    databaseDirectory: join(folder, "indexer"),
    ...(databaseUrl === undefined ? {} : { databaseUrl, views: "live" }),
  };
  const indexer = await startIndexer(options);
  stops.add(() => indexer.stop());
  return { chain, protocol, indexer, options };
}

/** Sends a transaction with events that are indexed; anvil mines it into a block of its own. @returns its hash */
export async function createDatanet(
  { client }: Chain,
  { DatanetRegistry }: Protocol["addresses"],
  description: string,
): Promise<Hex> {
  const data = encodeFunctionData({
    abi: datanetRegistryAbi,
    functionName: "createDatanet",
    args: [TERMS, description],
  });
  const params = [{ from: curator.address, to: DatanetRegistry, data }];
  return (await client.request({ method: "eth_sendTransaction", params } as never)) as Hex;
}
