// Refunds of x402's `batch-settlement` scheme (docs/formats.md §11).
import { hashTypedData, type Hex } from "viem";
import { x402Domain } from "./x402-domain.ts";

/** What the receiver signs to give an amount back to the payer. */
export type Refund = { channelId: Hex; nonce: bigint; amount: bigint };

export const REFUND_TYPES = {
  Refund: [
    { name: "channelId", type: "bytes32" },
    { name: "nonce", type: "uint256" },
    { name: "amount", type: "uint128" },
  ],
} as const;

/** The EIP-712 digest. */
export function refundDigest(refund: Refund, chainId: number | bigint): Hex {
  return hashTypedData({ domain: x402Domain(chainId), types: REFUND_TYPES, primaryType: "Refund", message: refund });
}
