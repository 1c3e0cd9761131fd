// Names of the steps that are not simply those of the contract that they deploy.

export const BIND_MINTERS = "RoyaltyPositions_bindMinters";
export const BIND_LEDGER = "RoyaltyLedger_bind";
export const BIND_REVIEW = "DatanetRegistry_bindReview";
export const BIND_STAKING = "OperatorStaking_bind";
export const GRANT_PROPOSER = "TimelockController_grantProposer";
export const GRANT_CANCELLER = "TimelockController_grantCanceller";
export const RENOUNCE_ADMIN = "TimelockController_renounceAdmin";

/** The steps of a payment token other than OPEN. */
export function tokenSteps(symbol: string): Record<"ledger" | "till" | "factory" | "bind", string> {
  return {
    ledger: `RoyaltyLedger_${symbol}`,
    till: `ModelTill_${symbol}`,
    factory: `TillFactory_${symbol}`,
    bind: `${BIND_LEDGER}_${symbol}`,
  };
}
