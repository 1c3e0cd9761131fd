// The EIP-712 domain of messages to a royalty ledger (docs/formats.md §7.2).
import type { Address } from "viem";

/** Where a ledger stands. */
export type LedgerPlace = { chainId: number | bigint; ledger: Address };

export function ledgerDomain({ chainId, ledger }: LedgerPlace) {
  return {
    name: "Tributary RoyaltyLedger",
    version: "1",
    chainId: BigInt(chainId),
    verifyingContract: ledger,
  } as const;
}
