// Reads the deployment file that says where the contracts of one chain are.
import { readFileSync } from "node:fs";
import { type Address, getAddress, isAddress } from "viem";

/** The payment token that every deployment has. */
const OPEN = "OPEN";

/** The contracts whose events are indexed. Tills and shares of positions are found through their factories. */
const CONTRACTS = [
  "RoyaltyPositions",
  "DatanetRegistry",
  "ContributionReview",
  "ModelRegistry",
  "TillFactory",
  "RoyaltyVault",
  "RoyaltyLedger",
  "OperatorStaking",
  "RoyaltySharesFactory",
  "FaultProofs",
  "IndexProofs",
  "SettlementProofs",
  "Demands",
  "SketchDisputes",
  "AgentRegistry",
  "OpenGovernor",
  "GovernanceOpen",
  "BatchSettlement",
] as const;

/** Those of them that there is one of for each payment token. */
const TOKEN_CONTRACTS = [
  "TillFactory",
  "RoyaltyVault",
  "RoyaltyLedger",
  "FaultProofs",
  "SettlementProofs",
  "Demands",
  "SketchDisputes",
] as const satisfies readonly (typeof CONTRACTS)[number][];

export interface Deployment {
  chainId: number;
  /** First block that can hold events of the contracts. */
  block: number;
  addresses: Record<(typeof CONTRACTS)[number], Address>;
}

/**
 * Throws an error that names the file and the field if something is missing or malformed.
 * @param token symbol of the payment token whose ledger, vault, tills and courts are meant; OPEN if not given
 */
export function readDeployment(file: string, token = OPEN): Deployment {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file}: no such deployment file; deploy the contracts first, or pass the path of another one`, {
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file}: not JSON: ${(cause as Error).message}`, { cause });
  }
  return parseDeployment(value, file, token);
}

function parseDeployment(value: unknown, file: string, token: string): Deployment {
  if (!isRecord(value)) throw new Error(`${file}: expected a JSON object`);
  const addresses = value["addresses"];
  if (!isRecord(addresses)) throw new Error(`${file}: "addresses" is not an object`);
  return {
    chainId: readCount(value, "chainId", file),
    block: readCount(value, "block", file),
    addresses: {
      ...readAddresses(CONTRACTS, addresses, `${file}: "addresses`),
      ...(token !== OPEN &&
        readAddresses(TOKEN_CONTRACTS, contractsOf(token, value["paymentTokens"], file), `${file}: "paymentTokens`)),
    },
  };
}

function readAddresses<Name extends string>(
  names: readonly Name[],
  values: Record<string, unknown>,
  where: string,
): Record<Name, Address> {
  return Object.fromEntries(
    names.map((name) => {
      const address = values[name];
      if (typeof address !== "string" || !isAddress(address, { strict: false })) {
        throw new Error(`${where}.${name}" is not an address: ${JSON.stringify(address)}`);
      }
      return [name, getAddress(address)];
    }),
  ) as Record<Name, Address>;
}

/** What a deployment has for one further payment token. */
function contractsOf(symbol: string, tokens: unknown, file: string): Record<string, unknown> {
  const list = Array.isArray(tokens) ? tokens.filter(isRecord) : [];
  const found = list.find((token) => token["symbol"] === symbol);
  if (found !== undefined) return found;
  const symbols = [OPEN, ...list.map((token) => String(token["symbol"]))];
  throw new Error(`${file}: no payment token "${symbol}" was deployed; there are ${symbols.join(", ")}`);
}

/** Accepts a number or its decimal string. */
function readCount(value: Record<string, unknown>, field: string, file: string): number {
  const count = Number(value[field]);
  if (value[field] === null || value[field] === "" || !Number.isSafeInteger(count) || count < 0) {
    throw new Error(`${file}: "${field}" is not a whole number: ${JSON.stringify(value[field])}`);
  }
  return count;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
