// Vouchers of x402's `batch-settlement` scheme (docs/formats.md §11).
import { type Address, hashTypedData, type Hex, recoverTypedDataAddress } from "viem";
import { x402Domain } from "./x402-domain.ts";

/** A payer's promise: the channel's receiver may claim up to this much in all. */
export type Voucher = { channelId: Hex; maxClaimableAmount: bigint };

export const VOUCHER_TYPES = {
  Voucher: [
    { name: "channelId", type: "bytes32" },
    { name: "maxClaimableAmount", type: "uint128" },
  ],
} as const;

/** What the payer signs, as viem takes it. */
export function voucherTypedData(voucher: Voucher, chainId: number | bigint) {
  return { domain: x402Domain(chainId), types: VOUCHER_TYPES, primaryType: "Voucher", message: voucher } as const;
}

/** The EIP-712 digest. */
export function voucherDigest(voucher: Voucher, chainId: number | bigint): Hex {
  return hashTypedData(voucherTypedData(voucher, chainId));
}

/** The account that signed; contract signatures (ERC-1271) need the chain. */
export function recoverVoucherSigner(voucher: Voucher, signature: Hex, chainId: number | bigint): Promise<Address> {
  return recoverTypedDataAddress({ ...voucherTypedData(voucher, chainId), signature });
}
