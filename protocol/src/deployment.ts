// The deployment file `deployments/<chainId>.json`: which contracts make up the protocol on one chain.
import { type Address, getAddress, type Hash, isAddress, isHash } from "viem";

/** Contracts of every deployment, those of OPEN where there is one for each payment token. */
export const DEPLOYED_CONTRACTS = [
  "OpenToken",
  "GovernanceOpen",
  "TimelockController",
  "OpenGovernor",
  "RoyaltyPositions",
  "OperatorStaking",
  "StakedAttributors",
  "RoyaltyVault",
  "RoyaltyLedger",
  "DatanetRegistry",
  "ContributionReview",
  "ModelRegistry",
  "ModelTill",
  "TillFactory",
  "CallChecker",
  "PayoutChecker",
  "FormChecker",
  "FaultProofs",
  "Demands",
  "IndexProofs",
  "SettlementChecker",
  "SettlementProofs",
  "SketchDisputes",
  "AgentRegistry",
  "RoyaltySharesFactory",
  "BatchSettlement",
  "ERC3009DepositCollector",
  "Permit2DepositCollector",
] as const;

export type DeployedContract = (typeof DEPLOYED_CONTRACTS)[number];

/** Contracts that there is one of for each payment token. */
export const TOKEN_CONTRACTS = [
  "RoyaltyVault",
  "RoyaltyLedger",
  "ModelTill",
  "TillFactory",
  "CallChecker",
  "PayoutChecker",
  "FormChecker",
  "FaultProofs",
  "Demands",
  "SettlementChecker",
  "SettlementProofs",
  "SketchDisputes",
] as const satisfies readonly DeployedContract[];

/** The contracts of a further payment token. */
export type DeployedPaymentToken = { symbol: string; token: Address } & Record<
  (typeof TOKEN_CONTRACTS)[number],
  Address
>;

export type Deployment = {
  chainId: number;
  /** The block from which on events are to be read: none is earlier. */
  block: number;
  /** Who deployed it, and has no right any more. */
  deployer: Address;
  addresses: Record<DeployedContract, Address>;
  paymentTokens: DeployedPaymentToken[];
  /** Transaction of each step, by the step's name. */
  transactions: Record<string, Hash>;
  /** As deployed, by name; amounts are decimal strings. */
  parameters: Record<string, unknown>;
};

/**
 * Reads what a deployment file says.
 * @param file names it in errors
 * @throws Error naming the field that is missing or malformed
 */
export function parseDeployment(value: unknown, file: string): Deployment {
  const { chainId, block, deployer, addresses, paymentTokens, transactions, parameters } = record(
    value,
    file,
    "the file",
  );
  const byName = record(addresses, file, `"addresses"`);
  return {
    chainId: count(chainId, file, "chainId"),
    block: count(block, file, "block"),
    deployer: address(deployer, file, "deployer"),
    addresses: addressesOf(DEPLOYED_CONTRACTS, byName, file, "addresses."),
    paymentTokens: list(paymentTokens, file, "paymentTokens").map((entry, index) => {
      const where = `paymentTokens[${index}]`;
      const token = record(entry, file, `"${where}"`);
      return {
        symbol: String(token["symbol"]),
        token: address(token["token"], file, `${where}.token`),
        ...addressesOf(TOKEN_CONTRACTS, token, file, `${where}.`),
      };
    }),
    transactions: Object.fromEntries(
      Object.entries(record(transactions, file, `"transactions"`)).map(([step, value]) => [
        step,
        hash(value, file, `transactions.${step}`),
      ]),
    ),
    parameters: record(parameters, file, `"parameters"`),
  };
}

function record(value: unknown, file: string, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${file}: ${what} is not a JSON object`);
  return value as Record<string, unknown>;
}

function addressesOf<Name extends string>(
  names: readonly Name[],
  values: Record<string, unknown>,
  file: string,
  where: string,
): Record<Name, Address> {
  return Object.fromEntries(names.map((name) => [name, address(values[name], file, where + name)])) as Record<
    Name,
    Address
  >;
}

function list(value: unknown, file: string, field: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${file}: "${field}" is not a list`);
  return value as unknown[];
}

function count(value: unknown, file: string, field: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error(`${file}: "${field}" is not a whole number: ${JSON.stringify(value)}`);
  return value as number;
}

function address(value: unknown, file: string, field: string): Address {
  if (typeof value !== "string" || !isAddress(value, { strict: false }))
    throw new Error(`${file}: "${field}" is not an address: ${JSON.stringify(value)}`);
  return getAddress(value);
}

function hash(value: unknown, file: string, field: string): Hash {
  if (typeof value !== "string" || !isHash(value))
    throw new Error(`${file}: "${field}" is not a transaction's hash: ${JSON.stringify(value)}`);
  return value;
}
