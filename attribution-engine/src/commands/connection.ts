// Connects a stage to the chain that --rpc names and to the contracts of --deployment.
import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  fallback,
  http,
  isHex,
  type LocalAccount,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Deployment } from "@tributary/protocol/deployment";
import { readDeploymentFile } from "@tributary/protocol/deployment-file";
import { withGasMargin } from "@tributary/protocol/gas-margin";
import { originOf, reasonOf } from "@tributary/protocol/reason";
import type { ChainAccess, EngineContracts, Reader } from "../chain/chain-access.ts";
import { required, type StageContext } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

const KEY = "TRIBUTARY_PRIVATE_KEY";
const POLL_MILLISECONDS = 100;

export interface Connection {
  chainId: number;
  reader: Reader;
  contracts: EngineContracts & { token: Address };
}

/** A node's URL can hold a key, and other users can read command lines: so `--rpc` may come from the environment. @returns one or more, between commas */
export function rpcUrl(option: string | undefined): string {
  const urls = required(option ?? process.env["TRIBUTARY_RPC_URL"], "--rpc (or TRIBUTARY_RPC_URL)");
  if (!urls.split(",").every((url) => URL.canParse(url)))
    throw new UsageError("--rpc (or TRIBUTARY_RPC_URL) is not a URL");
  return urls;
}

/** The deployment file that `--deployment` names, or the environment. @throws UsageError that says what is wrong with it */
export function deploymentIn(option: string | undefined): { file: string; deployment: Deployment } {
  const file = required(option ?? process.env["TRIBUTARY_DEPLOYMENT"], "--deployment <file> (or TRIBUTARY_DEPLOYMENT)");
  try {
    return { file, deployment: readDeploymentFile(file) };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A connection that only reads. */
export async function connectReader({ options }: StageContext): Promise<Connection> {
  const url = rpcUrl(options.rpc);
  const { file, deployment } = deploymentIn(options.deployment);
  const { chainId, addresses } = deployment;
  const reader = createPublicClient({
    chain: chainAt(chainId, url),
    transport: http(url),
    pollingInterval: POLL_MILLISECONDS,
  });
  await requireChain(reader, [url], chainId, file);
  return {
    chainId,
    reader,
    contracts: {
      ledger: addresses.RoyaltyLedger,
      modelRegistry: addresses.ModelRegistry,
      datanetRegistry: addresses.DatanetRegistry,
      token: addresses.OpenToken,
    },
  };
}

const RPC_TRIES = 3;
const RPC_TIMEOUT_MILLISECONDS = 10_000;

/**
 * A connection that reads and sends what is signed already, through the first of several nodes that answers; all are tried several times.
 * @param file the deployment file, for the message if another chain answers
 */
export async function connectChain(urls: readonly string[], chainId: number, file: string): Promise<Reader> {
  const options = { retryCount: 0, timeout: RPC_TIMEOUT_MILLISECONDS };
  const reader = createPublicClient({
    chain: chainAt(chainId, urls[0]!),
    transport: fallback(
      urls.map((url) => http(url, options)),
      { retryCount: RPC_TRIES },
    ),
    cacheTime: 0,
  });
  await requireChain(reader, urls, chainId, file);
  return reader;
}

/** @throws UsageError if no chain answers or another one, with no more of a node's address than scheme, host and port: behind those providers put keys */
async function requireChain(reader: Reader, urls: readonly string[], chainId: number, file: string): Promise<void> {
  const nodes = urls.map(originOf).join(", ");
  const found = await reader.getChainId().catch((error: unknown) => {
    throw new UsageError(`no chain answers at ${nodes} (${reasonOf(error)}): start a node, or name one with --rpc`);
  });
  if (found !== chainId)
    throw new UsageError(
      `${file} is for chain ${chainId}, and chain ${found} answers at ${nodes}: name the file of that chain, or a node of this one`,
    );
}

/** A connection that also signs and sends, with the key of the environment variable TRIBUTARY_PRIVATE_KEY. */
export async function connectSender(context: StageContext): Promise<Connection & { access: ChainAccess }> {
  // What the call itself lacks is said before a node is asked.
  const url = rpcUrl(context.options.rpc);
  const account = signer();
  const connection = await connectReader(context);
  const sender = createWalletClient({
    account,
    chain: chainAt(connection.chainId, url),
    transport: http(url),
  });
  return { ...connection, access: { reader: connection.reader, sender } };
}

/** The account of the key in the environment; the key itself appears in no message. */
export function signer(): LocalAccount {
  const key = process.env[KEY];
  if (!isHex(key) || key.length !== 66)
    throw new UsageError(`${KEY} is not set to a private key: 0x and 64 hex digits`);
  return privateKeyToAccount(key);
}

function chainAt(id: number, url: string) {
  return withGasMargin(
    defineChain({
      id,
      name: `chain ${id}`,
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    }),
  );
}
