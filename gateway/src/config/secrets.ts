// The keys that the gateway signs and pays gas with, from environment variables: never from the configuration file, never shown.
import { type Address, getAddress, type Hex, isAddress, isAddressEqual, isHex, size } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { LOCAL_CHAIN_IDS } from "@tributary/protocol/local-keys";
import { ConfigError } from "./config.ts";

/** Where the gateway's own key is. */
export type SignerPlace = { readonly key: Hex } | { readonly url: string; readonly address: Address };

export interface Secrets {
  /** Signs receipts, claims and refunds; its address is the gateway of its tills. */
  readonly signer: SignerPlace;
  /** Earlier keys of the gateway, whose tills are still to be settled: those of this process first, then those of signers elsewhere. */
  readonly earlier: readonly SignerPlace[];
  /** Pays the gas; the gateway's own key by default, which `refuseSharedKey` has the last word on. */
  readonly operator: Hex;
  readonly rpcUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly metricsToken: string | undefined;
}

/** Each variable and what it is for, as `--help` and docs/gateway.md list them. */
export const VARIABLES = {
  TRIBUTARY_GATEWAY_KEY: "the gateway's private key, which signs receipts; or, instead of it, the next two",
  TRIBUTARY_GATEWAY_SIGNER_URL: "JSON-RPC of a signer that holds the key, as Web3Signer, Clef or Frame",
  TRIBUTARY_GATEWAY_ADDRESS: "the address of that key",
  TRIBUTARY_GATEWAY_EARLIER_KEYS: "earlier keys, separated by commas, whose tills are still open",
  TRIBUTARY_GATEWAY_EARLIER_SIGNERS: "the same of keys that signers hold: address=URL, separated by commas",
  TRIBUTARY_OPERATOR_KEY:
    "the private key of the account that pays the gas: none of the gateway's keys; on local chains the gateway's by default",
  TRIBUTARY_RPC_URL: "JSON-RPC of the chain, instead of chain.rpc",
  TRIBUTARY_METRICS_TOKEN: "asked as a bearer token of whoever reads /metrics",
  TRIBUTARY_PAYER_KEY: "of demand-inclusion: the payer's private key, which pays the deposit and the gas",
  DATABASE_URL: "PostgreSQL for the books, instead of books.file",
} as const;

type Variable = keyof typeof VARIABLES;

/** The key of a payer that demands. @throws ConfigError if it is not set or malformed */
export function readPayerKey(environment: NodeJS.ProcessEnv): Hex {
  const key = privateKey(environment["TRIBUTARY_PAYER_KEY"] || undefined, "TRIBUTARY_PAYER_KEY");
  if (key === undefined) throw new ConfigError("TRIBUTARY_PAYER_KEY is not set: it pays the deposit of a demand");
  return key;
}

/** @throws ConfigError naming the variable that is missing or malformed, never its value */
export function readSecrets(environment: NodeJS.ProcessEnv): Secrets {
  const read = (name: Variable): string | undefined => environment[name] || undefined;
  const gatewayKey = privateKey(read("TRIBUTARY_GATEWAY_KEY"), "TRIBUTARY_GATEWAY_KEY");
  const signerUrl = read("TRIBUTARY_GATEWAY_SIGNER_URL");
  const operator = privateKey(read("TRIBUTARY_OPERATOR_KEY"), "TRIBUTARY_OPERATOR_KEY") ?? gatewayKey;
  if (operator === undefined)
    throw new ConfigError("TRIBUTARY_OPERATOR_KEY must be set where TRIBUTARY_GATEWAY_KEY is not");
  return {
    signer: signerPlace(gatewayKey, signerUrl, read("TRIBUTARY_GATEWAY_ADDRESS")),
    earlier: [
      ...listed(read("TRIBUTARY_GATEWAY_EARLIER_KEYS")).map((key) => ({
        key: privateKey(key, "TRIBUTARY_GATEWAY_EARLIER_KEYS")!,
      })),
      ...listed(read("TRIBUTARY_GATEWAY_EARLIER_SIGNERS")).map(earlierSigner),
    ],
    operator,
    rpcUrl: url(read("TRIBUTARY_RPC_URL"), "TRIBUTARY_RPC_URL"),
    databaseUrl: read("DATABASE_URL"),
    metricsToken: read("TRIBUTARY_METRICS_TOKEN"),
  };
}

/** Whether the operator's key is one that settles, the gateway's present one or an earlier one. */
export function isKeyShared({ signer, earlier, operator }: Secrets): boolean {
  const address = privateKeyToAddress(operator);
  return [signer, ...earlier].some((place) =>
    isAddressEqual("key" in place ? privateKeyToAddress(place.key) : place.address, address),
  );
}

/**
 * Deposits and settlements number their transactions each by itself: from one account a settlement would take the place of a deposit that waits.
 * @throws ConfigError if they are of one account, on a chain that is not local
 */
export function refuseSharedKey(secrets: Secrets, chainId: number): void {
  if (!isKeyShared(secrets) || LOCAL_CHAIN_IDS.includes(chainId)) return;
  throw new ConfigError(
    "TRIBUTARY_OPERATOR_KEY is not set, or is a key of the gateway: nothing but settlements may be sent from the gateway's accounts, so set it to the key of another account with ether for gas, which pays for deposits",
  );
}

function signerPlace(key: Hex | undefined, url: string | undefined, address: string | undefined): SignerPlace {
  if (key !== undefined && url === undefined) return { key };
  if (key !== undefined) throw new ConfigError("set TRIBUTARY_GATEWAY_KEY or TRIBUTARY_GATEWAY_SIGNER_URL, not both");
  if (url === undefined) throw new ConfigError("TRIBUTARY_GATEWAY_KEY is not set: the gateway signs receipts with it");
  checkSignerUrl(url, "TRIBUTARY_GATEWAY_SIGNER_URL");
  if (address === undefined || !isAddress(address))
    throw new ConfigError("TRIBUTARY_GATEWAY_ADDRESS must be the address of the signer's key");
  return { url, address: getAddress(address) };
}

/** @param text address=URL */
function earlierSigner(text: string): SignerPlace {
  const name = "TRIBUTARY_GATEWAY_EARLIER_SIGNERS";
  const end = text.indexOf("=");
  const address = text.slice(0, Math.max(end, 0)).trim();
  if (!isAddress(address)) throw new ConfigError(`${name} must be address=URL, separated by commas`);
  const url = text.slice(end + 1).trim();
  checkSignerUrl(url, name);
  return { url, address: getAddress(address) };
}

function checkSignerUrl(url: string, name: Variable): void {
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw new ConfigError(`${name} holds no http or https URL of a signer`);
  const { username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw new ConfigError(`${name} must hold no user name and no password: they are not sent`);
}

function listed(text: string | undefined): string[] {
  return text?.split(",").map((each) => each.trim()) ?? [];
}

function url(text: string | undefined, name: Variable): string | undefined {
  if (text === undefined || URL.canParse(text)) return text;
  throw new ConfigError(`${name} is not a URL`);
}

function privateKey(text: string | undefined, name: Variable): Hex | undefined {
  if (text === undefined) return undefined;
  try {
    // 32 bytes are a key unless they are 0 or beyond the curve's order.
    if (isHex(text) && size(text) === 32 && privateKeyToAddress(text)) return text;
  } catch {
    // Said below, without the key that the error may hold.
  }
  throw new ConfigError(`${name} is not a private key: 0x and 64 hexadecimal digits, as a key has them`);
}
