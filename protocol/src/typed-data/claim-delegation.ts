// What a position's owner signs to let somebody else claim its income (docs/formats.md §7.3).
import { type Address, hashTypedData, type Hex, recoverTypedDataAddress } from "viem";
import { vaultDomain, type VaultPlace } from "./vault-domain.ts";

export type ClaimDelegation = {
  positionId: bigint;
  claimer: Address;
  /** Who receives the income. */
  recipient: Address;
  nonce: bigint;
  /** Unix seconds. */
  deadline: number;
};

export const CLAIM_DELEGATION_TYPES = {
  ClaimDelegation: [
    { name: "positionId", type: "uint64" },
    { name: "claimer", type: "address" },
    { name: "recipient", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint48" },
  ],
} as const;

/** What the owner signs, as viem takes it. */
export function claimDelegationTypedData(delegation: ClaimDelegation, place: VaultPlace) {
  return {
    domain: vaultDomain(place),
    types: CLAIM_DELEGATION_TYPES,
    primaryType: "ClaimDelegation",
    message: delegation,
  } as const;
}

/** The EIP-712 digest. */
export function claimDelegationDigest(delegation: ClaimDelegation, place: VaultPlace): Hex {
  return hashTypedData(claimDelegationTypedData(delegation, place));
}

/** The account that signed; contract signatures (ERC-1271) need the chain. */
export function recoverDelegator(delegation: ClaimDelegation, signature: Hex, place: VaultPlace): Promise<Address> {
  return recoverTypedDataAddress({ ...claimDelegationTypedData(delegation, place), signature });
}
