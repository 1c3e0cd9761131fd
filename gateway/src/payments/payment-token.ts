// Reads of a token by which methods x402's clients can deposit it, and the EIP-712 domain that they sign for.
import {
  type Abi,
  type Address,
  BaseError,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  domainSeparator,
  encodeFunctionData,
  ExecutionRevertedError,
  type Hex,
  isAddressEqual,
  parseAbi,
  type PublicClient,
  zeroAddress,
  zeroHash,
} from "viem";
import { ConfigError } from "../config/config.ts";
import { reasonOf } from "@tributary/protocol/reason";

export interface TokenDomain {
  readonly name: string;
  readonly version: string;
}

/** As x402 names them in its terms. */
export type TransferMethod = "eip3009" | "permit2";

/** A token that calls are sold in. */
export interface PaymentToken {
  readonly address: Address;
  /** What payers sign ERC-3009 authorizations and permits of the token for; undefined where it has none that clients can build. */
  readonly domain: TokenDomain | undefined;
  /** At least one, in the order in which they are offered. */
  readonly methods: readonly TransferMethod[];
}

const ABI = parseAbi([
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
  "function name() view returns (string)",
  "function version() view returns (string)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)",
]);

/** Of `eip712Domain`: name, version, chain and contract, and no salt, which x402's clients know nothing of. */
const SIGNED_FIELDS = "0x0f";
/** Of FiatToken and others from before versions were said. */
const FIRST_VERSION = "1";

/**
 * @param takesPermit2 whether deposits by Permit2 are taken, which need nothing of the token
 * @throws ConfigError if no payer could deposit the token; Error if the node does not answer
 */
export async function readPaymentToken(
  client: PublicClient,
  { address, symbol, takesPermit2 }: { address: Address; symbol: string; takesPermit2: boolean },
): Promise<PaymentToken> {
  const token = `the token ${symbol} (${address})`;
  const [domain, hasAuthorizations] = await Promise.all([
    readDomain(client, address),
    read(client, address, "authorizationState", [zeroAddress, zeroHash]),
  ]).catch((error: unknown) => {
    throw new Error(`${token} can't be read: ${reasonOf(error)}`, { cause: error });
  });
  const methods: TransferMethod[] = [
    ...(domain !== undefined && hasAuthorizations !== undefined ? (["eip3009"] as const) : []),
    ...(takesPermit2 ? (["permit2"] as const) : []),
  ];
  if (methods.length > 0) return { address, domain, methods };
  const lack =
    hasAuthorizations === undefined
      ? "it has no ERC-3009 (authorizationState does not answer)"
      : "it says no EIP-712 domain of name, version, chain and contract, neither by eip712Domain() nor by a name() and version() that give its DOMAIN_SEPARATOR()";
  throw new ConfigError(
    `token: ${token} can't be paid in: ${lack}; set payments.permit2 to take deposits by Permit2, or sell in another token`,
  );
}

/** By ERC-5267; else by what it says of itself, if its domain separator is of that. */
async function readDomain(client: PublicClient, address: Address): Promise<TokenDomain | undefined> {
  const [said, name, version, separator, chainId] = await Promise.all([
    read(client, address, "eip712Domain", []),
    read(client, address, "name", []),
    read(client, address, "version", []),
    read(client, address, "DOMAIN_SEPARATOR", []),
    client.getChainId(),
  ]);
  if (said !== undefined) {
    const [fields, itsName, itsVersion, itsChain, contract] = said;
    const isSigned = fields === SIGNED_FIELDS && itsChain === BigInt(chainId) && isAddressEqual(contract, address);
    return isSigned && itsName !== "" && itsVersion !== "" ? { name: itsName, version: itsVersion } : undefined;
  }
  if (name === undefined || name === "" || version === "") return undefined;
  const domain = { name, version: version ?? FIRST_VERSION };
  return domainSeparator({ domain: { ...domain, chainId, verifyingContract: address } }) === separator
    ? domain
    : undefined;
}

type View = ContractFunctionName<typeof ABI, "view">;

/** @returns undefined where the contract has no such function; throws where the node does not say */
async function read<Name extends View>(
  client: PublicClient,
  address: Address,
  functionName: Name,
  args: readonly unknown[],
): Promise<ContractFunctionReturnType<typeof ABI, "view", Name> | undefined> {
  const call = { abi: ABI as Abi, functionName: functionName as string, args };
  let data: Hex | undefined;
  try {
    ({ data } = await client.call({ to: address, data: encodeFunctionData(call) }));
  } catch (error) {
    if (hasReverted(error)) return undefined;
    throw error;
  }
  if (data === undefined) return undefined;
  try {
    return decodeFunctionResult({ ...call, data }) as ContractFunctionReturnType<typeof ABI, "view", Name>;
  } catch {
    // It answers something else, as a fallback does.
    return undefined;
  }
}

/** What nodes say of a contract that did not answer, beside what viem knows; contracts from before `revert` end by an invalid opcode. */
const REVERTED = /vm execution error|vm exception|transaction reverted|invalid ?(fe)?opcode/iu;

function hasReverted(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  return error.walk((cause) => cause instanceof ExecutionRevertedError) !== null || REVERTED.test(error.details);
}
