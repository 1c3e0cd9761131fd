// Where the commands read from: node, deployment file and indexer, by options or environment variables.
import { type Command, Option } from "commander";
import { createPublicClient, defineChain, http, type PublicClient } from "viem";
import type { Deployment } from "@tributary/protocol/deployment";
import { readDeploymentFile } from "@tributary/protocol/deployment-file";
import { withGasMargin } from "@tributary/protocol/gas-margin";
import { LOCAL_CHAIN_IDS } from "@tributary/protocol/local-keys";
import { originOf, reasonOf } from "@tributary/protocol/reason";
import { UserError } from "./errors.ts";
import { OPTIONS_OF } from "./help.ts";

const LOCAL_RPC = "http://127.0.0.1:8545";
const LOCAL_POLL_MILLISECONDS = 50;
const POLL_MILLISECONDS = 2_000;

export interface ChainFlags {
  rpc: string;
  deployment?: string;
}

export interface IndexerFlags {
  indexer: string;
}

/** A chain that answers, and the contracts on it. */
export interface Chain {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  /** The deployment file. */
  readonly file: string;
  readonly rpcUrl: string;
}

/** Adds `--rpc` and `--deployment`. A node's URL can hold a key and other users can read command lines: so both have a variable. */
export function withChain(command: Command): Command {
  return command
    .addOption(
      new Option("--rpc <url>", "JSON-RPC address of the chain")
        .env("TRIBUTARY_RPC_URL")
        .default(LOCAL_RPC)
        .helpGroup(OPTIONS_OF.connection),
    )
    .addOption(
      new Option("--deployment <file>", "the deployment file <chainId>.json")
        .env("TRIBUTARY_DEPLOYMENT")
        .helpGroup(OPTIONS_OF.connection),
    );
}

/** Adds `--indexer`. */
export function withIndexer(command: Command): Command {
  return command.addOption(
    new Option("--indexer <url>", "address of the indexer")
      .env("TRIBUTARY_INDEXER_URL")
      .default("http://127.0.0.1:42069")
      .helpGroup(OPTIONS_OF.connection),
  );
}

/**
 * Connects to the chain of a deployment.
 * @throws UserError if the file cannot be read, nobody answers, or the chain is another
 */
export async function connect({ rpc, deployment: file }: ChainFlags): Promise<Chain> {
  const deployment = readDeployment(file);
  const { chainId } = deployment;
  if (!URL.canParse(rpc)) throw new UserError("--rpc (or TRIBUTARY_RPC_URL) is not a URL");
  const client = createPublicClient({
    chain: withGasMargin(
      defineChain({
        id: chainId,
        name: `chain ${chainId}`,
        nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
        rpcUrls: { default: { http: [rpc] } },
      }),
    ),
    transport: http(rpc, { retryCount: 2 }),
    pollingInterval: LOCAL_CHAIN_IDS.includes(chainId) ? LOCAL_POLL_MILLISECONDS : POLL_MILLISECONDS,
    cacheTime: 0,
  });
  let found: number;
  try {
    found = await client.getChainId();
  } catch (error) {
    throw new UserError(
      `no chain answers at ${originOf(rpc)} (${reasonOf(error)}): start a node, or name one with --rpc`,
    );
  }
  if (found !== chainId)
    throw new UserError(
      `${file} is for chain ${chainId}, and chain ${found} answers at ${originOf(rpc)}: name the file of that chain, or a node of this one`,
    );
  const { DatanetRegistry } = deployment.addresses;
  if ((await client.getCode({ address: DatanetRegistry })) === undefined)
    throw new UserError(
      `${file}: DatanetRegistry is ${DatanetRegistry}, where there is no contract: the chain was reset since, or the file is of another one; deploy again, or name the right file`,
    );
  return { client, deployment, file: file!, rpcUrl: rpc };
}

/** @throws UserError that says what is wrong with the file */
export function readDeployment(file: string | undefined): Deployment {
  if (file === undefined)
    throw new UserError(
      "--deployment <file> is missing (or TRIBUTARY_DEPLOYMENT): the file deployments/<chainId>.json that the deployment wrote",
    );
  try {
    return readDeploymentFile(file);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}
