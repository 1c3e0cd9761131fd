// A ledger for tests in which nothing depends on which contract is asked.
import type { Address } from "viem";
import type { WatchedLedger } from "../deployment.ts";

/** A ledger whose courts and registries have one address. */
export function ledgerAt(address: Address): WatchedLedger {
  return {
    symbol: "T",
    token: address,
    ledger: address,
    faultProofs: address,
    demands: address,
    settlementProofs: address,
    indexProofs: address,
    sketchDisputes: address,
    operatorStaking: address,
    modelRegistry: address,
    datanetRegistry: address,
  };
}
