// The EIP-712 domain of messages to a royalty vault (docs/formats.md §7.3).
import type { Address } from "viem";

/** Where a vault stands. */
export type VaultPlace = { chainId: number | bigint; vault: Address };

export function vaultDomain({ chainId, vault }: VaultPlace) {
  return {
    name: "Tributary RoyaltyVault",
    version: "1",
    chainId: BigInt(chainId),
    verifyingContract: vault,
  } as const;
}
