// Names of the steps that are not simply those of the contract that they deploy.

export const BIND_MINTERS = "RoyaltyPositions_bindMinters";
export const BIND_VAULT = "RoyaltyVault_bind";
export const BIND_LEDGER = "RoyaltyLedger_bind";
export const BIND_INDEX_COURTS = "ModelRegistry_bindCourts";
export const BIND_REVIEW = "DatanetRegistry_bindReview";
export const BIND_STAKING = "OperatorStaking_bind";
export const GRANT_PROPOSER = "TimelockController_grantProposer";
export const GRANT_CANCELLER = "TimelockController_grantCanceller";
export const RENOUNCE_ADMIN = "TimelockController_renounceAdmin";

/** The steps of a payment token other than OPEN. */
export function tokenSteps(
  symbol: string,
): Record<"vault" | "ledger" | "till" | "factory" | "bindVault" | "bindLedger", string> {
  return {
    vault: `RoyaltyVault_${symbol}`,
    ledger: `RoyaltyLedger_${symbol}`,
    till: `ModelTill_${symbol}`,
    factory: `TillFactory_${symbol}`,
    bindVault: `${BIND_VAULT}_${symbol}`,
    bindLedger: `${BIND_LEDGER}_${symbol}`,
  };
}

/** The steps of a ledger's courts; `symbol` is left out for OPEN's. */
export function courtSteps(
  symbol?: string,
): Record<
  "calls" | "payouts" | "forms" | "proofs" | "demands" | "settlementChecker" | "settlementProofs" | "disputes",
  string
> {
  const suffix = symbol === undefined ? "" : `_${symbol}`;
  return {
    calls: `CallChecker${suffix}`,
    payouts: `PayoutChecker${suffix}`,
    forms: `FormChecker${suffix}`,
    proofs: `FaultProofs${suffix}`,
    demands: `Demands${suffix}`,
    settlementChecker: `SettlementChecker${suffix}`,
    settlementProofs: `SettlementProofs${suffix}`,
    disputes: `SketchDisputes${suffix}`,
  };
}
