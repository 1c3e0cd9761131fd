// What a gateway is started on: the deployment, the chain, and its keys.
import { readFile } from "node:fs/promises";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  isAddressEqual,
  type PublicClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Deployment, parseDeployment } from "@tributary/protocol/deployment";
import { withGasMargin } from "@tributary/protocol/gas-margin";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { localSigner } from "./accounts/local-signer.ts";
import { remoteSigner } from "./accounts/remote-signer.ts";
import type { GatewaySigner } from "./accounts/signer.ts";
import { ConfigError } from "./config/config.ts";
import type { Config } from "./config/schema.ts";
import type { Secrets, SignerPlace } from "./config/secrets.ts";

/** Which contracts the gateway is paid through. */
export interface Place {
  readonly deployment: Deployment;
  /** The deployment file. */
  readonly file: string;
  readonly token: Address;
  readonly tillFactory: Address;
  readonly ledger: Address;
  readonly settlementProofs: Address;
}

/** @throws ConfigError where the file or the token is not there, or its channels are none that clients sign for */
export async function readPlace(file: string, symbol: string): Promise<Place> {
  let deployment: Deployment;
  try {
    deployment = parseDeployment(JSON.parse(await readFile(file, "utf8")), file);
  } catch (error) {
    throw new ConfigError(`chain.deployment: ${(error as Error).message}`);
  }
  const { addresses, paymentTokens } = deployment;
  if (!isAddressEqual(addresses.BatchSettlement, BATCH_SETTLEMENT_ADDRESS))
    throw new ConfigError(
      `chain.deployment: BatchSettlement of ${file} is at ${addresses.BatchSettlement}, and x402's clients sign for ${BATCH_SETTLEMENT_ADDRESS} alone: no gateway can be paid there`,
    );
  if (symbol === "OPEN") {
    const { OpenToken: token, TillFactory: tillFactory, RoyaltyLedger: ledger, SettlementProofs } = addresses;
    return { deployment, file, token, tillFactory, ledger, settlementProofs: SettlementProofs };
  }
  const found = paymentTokens.find((each) => each.symbol === symbol);
  if (found === undefined) {
    const known = ["OPEN", ...paymentTokens.map((each) => each.symbol)].join(", ");
    throw new ConfigError(`token: ${symbol} is not a payment token of ${file}, which has ${known}`);
  }
  const { token, TillFactory: tillFactory, RoyaltyLedger: ledger, SettlementProofs } = found;
  return { deployment, file, token, tillFactory, ledger, settlementProofs: SettlementProofs };
}

/** What is read of the token that calls are sold in. */
export function paymentTokenOf({ token: address }: Place, { token: symbol, payments: { permit2 } }: Config) {
  return { address, symbol, takesPermit2: permit2 };
}

/** @throws ConfigError where neither names one */
export function rpcUrlOf(ofEnvironment: string | undefined, { chain }: Config): string {
  const url = ofEnvironment ?? chain.rpc;
  if (url === undefined) throw new ConfigError("chain.rpc is not set, and neither is TRIBUTARY_RPC_URL");
  return url;
}

/** @throws ConfigError if the chain does not answer, or is another one */
export async function connect(rpcUrl: string, chainId: number, { operator }: Secrets) {
  const transport = http(rpcUrl);
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client: PublicClient = createPublicClient({ chain, transport, batch: { multicall: false } });
  await refuseOtherChain(client, chainId);
  const account = privateKeyToAccount(operator);
  return { client, operator: createWalletClient({ chain: withGasMargin(chain), transport, account }) };
}

/** Said of a chain that could be the right one. */
export class ChainSilent extends ConfigError {}

/** @throws ConfigError if it is another chain; ChainSilent if it does not answer */
export async function refuseOtherChain(client: PublicClient, chainId: number): Promise<void> {
  let answered: number;
  try {
    answered = await client.getChainId();
  } catch {
    throw new ChainSilent("the chain does not answer at chain.rpc (or TRIBUTARY_RPC_URL)");
  }
  if (answered !== chainId)
    throw new ConfigError(`the chain at chain.rpc is ${answered}; the deployment is on ${chainId}`);
}

/**
 * The present signer first.
 * @throws Error if one does not answer, or does not hold its key
 */
export async function signersOf(
  { signer, earlier }: Secrets,
  chainId: number,
): Promise<[GatewaySigner, ...GatewaySigner[]]> {
  const signerAt = (place: SignerPlace): Promise<GatewaySigner> =>
    "key" in place ? Promise.resolve(localSigner(place.key, chainId)) : remoteSigner(place, chainId);
  return [await signerAt(signer), ...(await Promise.all(earlier.map(signerAt)))];
}
