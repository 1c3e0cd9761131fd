// Connects a stage to the chain that --rpc names and to the contracts of --deployment.
import { readFileSync } from "node:fs";
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  fallback,
  http,
  isHex,
  type Address,
  type LocalAccount,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { withGasMargin } from "@tributary/protocol/gas-margin";
import { originOf, reasonOf } from "@tributary/protocol/reason";
import type { ChainAccess, EngineContracts, Reader } from "../chain/chain-access.ts";
import { required, type StageContext } from "./stage.ts";

const KEY = "TRIBUTARY_PRIVATE_KEY";
const POLL_MILLISECONDS = 100;

export interface Connection {
  chainId: number;
  reader: Reader;
  contracts: EngineContracts & { token: Address };
}

/** A node's URL can hold a key, and other users can read command lines: so `--rpc` may come from the environment. */
export function rpcUrl(option: string | undefined): string {
  return required(option ?? process.env["TRIBUTARY_RPC_URL"], "--rpc");
}

/** A connection that only reads. */
export async function connectReader({ options }: StageContext): Promise<Connection> {
  const url = rpcUrl(options.rpc);
  const file = required(options.deployment, "--deployment");
  const { chainId, addresses } = JSON.parse(readFileSync(file, "utf8")) as {
    chainId: number;
    addresses: Record<"RoyaltyLedger" | "ModelRegistry" | "DatanetRegistry" | "OpenToken", Address>;
  };
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

/** @throws Error if no chain answers or another one, with no more of a node's address than scheme, host and port: behind those providers put keys */
async function requireChain(reader: Reader, urls: readonly string[], chainId: number, file: string): Promise<void> {
  const nodes = urls.map(originOf).join(", ");
  const found = await reader.getChainId().catch((error: unknown) => {
    throw new Error(`no chain answers at ${nodes} (${reasonOf(error)}): start a node, or name one with --rpc`);
  });
  if (found !== chainId) throw new Error(`${file} is for chain ${chainId}, and chain ${found} answers at ${nodes}`);
}

/** A connection that also signs and sends, with the key of the environment variable TRIBUTARY_PRIVATE_KEY. */
export async function connectSender(context: StageContext): Promise<Connection & { access: ChainAccess }> {
  // What the call itself lacks is said before a node is asked.
  const url = rpcUrl(context.options.rpc);
  required(context.options.deployment, "--deployment");
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
  if (!isHex(key) || key.length !== 66) throw new Error(`${KEY} is not set to a private key: 0x and 64 hex digits`);
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
