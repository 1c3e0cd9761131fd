// Which contracts a watcher watches: the ledgers of a deployment file, each with its courts.
import type { DeployedContract, Deployment } from "@tributary/protocol/deployment";
import type { Address } from "viem";
import type { Reader } from "../chain/chain-access.ts";

/** A ledger of one payment token, its courts and what it reads. */
export interface WatchedLedger {
  readonly symbol: string;
  readonly token: Address;
  readonly ledger: Address;
  readonly faultProofs: Address;
  readonly demands: Address;
  readonly settlementProofs: Address;
  /** The court of the indexes of all models, at the ledger that watches over them: that of OPEN, which index bonds are in. */
  readonly indexProofs: Address | undefined;
  readonly sketchDisputes: Address;
  readonly operatorStaking: Address;
  readonly modelRegistry: Address;
  readonly datanetRegistry: Address;
}

export interface WatchedDeployment {
  readonly chainId: number;
  /** No event is earlier. */
  readonly block: bigint;
  readonly ledgers: readonly WatchedLedger[];
}

/** An address of a deployment file at which there is no contract. */
export class CodelessContract extends Error {
  override readonly name = "CodelessContract";
}

/**
 * Makes sure that there is a contract at each address that a service calls: a proof sent to an address without one would succeed, and prove nothing.
 * @throws CodelessContract with the file, the address and what it is given for
 */
export async function requireContracts(reader: Reader, { ledgers }: WatchedDeployment, file: string): Promise<void> {
  for (const { symbol, ...contracts } of ledgers) {
    for (const [name, address] of Object.entries(contracts)) {
      if (address === undefined || (await reader.getCode({ address })) !== undefined) continue;
      throw new CodelessContract(
        `${file}: ${name} of the ledger of ${symbol} is ${address}, where there is no contract`,
      );
    }
  }
}

export function watchedDeployment({ chainId, block, addresses, paymentTokens }: Deployment): WatchedDeployment {
  const shared = {
    modelRegistry: addresses.ModelRegistry,
    datanetRegistry: addresses.DatanetRegistry,
    operatorStaking: addresses.OperatorStaking,
  };
  const ledgerOf = (
    symbol: string,
    token: Address,
    own: Record<
      Extract<DeployedContract, "RoyaltyLedger" | "FaultProofs" | "Demands" | "SettlementProofs" | "SketchDisputes">,
      Address
    >,
    indexProofs?: Address,
  ): WatchedLedger => ({
    symbol,
    token,
    ledger: own.RoyaltyLedger,
    faultProofs: own.FaultProofs,
    demands: own.Demands,
    settlementProofs: own.SettlementProofs,
    indexProofs,
    sketchDisputes: own.SketchDisputes,
    ...shared,
  });
  return {
    chainId,
    block: BigInt(block),
    ledgers: [
      ledgerOf("OPEN", addresses.OpenToken, addresses, addresses.IndexProofs),
      ...paymentTokens.map((further) => ledgerOf(further.symbol, further.token, further)),
    ],
  };
}
