// Which contracts a watcher watches: the ledgers of a deployment file, each with its courts.
import { readFileSync } from "node:fs";
import { type DeployedContract, parseDeployment } from "@tributary/protocol/deployment";
import type { Address } from "viem";

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

/** Throws an Error that names the file and the field that is missing or malformed. */
export function readWatchedDeployment(file: string): WatchedDeployment {
  const { chainId, block, addresses, paymentTokens } = parseDeployment(JSON.parse(readFileSync(file, "utf8")), file);
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
