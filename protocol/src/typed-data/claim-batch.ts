// Claims over many channels of x402's `batch-settlement` scheme (docs/formats.md §11).
import { hashTypedData, type Hex } from "viem";
import { x402Domain } from "./x402-domain.ts";

/** What the receiver claims from one channel. */
export type ClaimEntry = { channelId: Hex; maxClaimableAmount: bigint; totalClaimed: bigint };

export const CLAIM_BATCH_TYPES = {
  ClaimBatch: [{ name: "claims", type: "ClaimEntry[]" }],
  ClaimEntry: [
    { name: "channelId", type: "bytes32" },
    { name: "maxClaimableAmount", type: "uint128" },
    { name: "totalClaimed", type: "uint128" },
  ],
} as const;

/** The EIP-712 digest. */
export function claimBatchDigest(claims: readonly ClaimEntry[], chainId: number | bigint): Hex {
  return hashTypedData({
    domain: x402Domain(chainId),
    types: CLAIM_BATCH_TYPES,
    primaryType: "ClaimBatch",
    message: { claims: [...claims] },
  });
}
