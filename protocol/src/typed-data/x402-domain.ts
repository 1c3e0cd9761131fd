// The EIP-712 domain of x402's `batch-settlement` scheme on EVM chains (docs/formats.md §11).
import type { Address } from "viem";

/** The contract that clients sign for, on every chain. */
export const BATCH_SETTLEMENT_ADDRESS: Address = "0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003";
/** Collector of ERC-3009 deposits. */
export const ERC3009_COLLECTOR_ADDRESS: Address = "0x4020806089470a89826cB9fB1f4059150b550004";
/** Collector of Permit2 deposits. */
export const PERMIT2_COLLECTOR_ADDRESS: Address = "0x4020425FAf3B746C082C2f942b4E5159887B0005";

/** Permit2, which the collector of its deposits moves tokens by. */
export const PERMIT2_ADDRESS: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

/** @param contract that vouchers are for: another one where a chain does not have the public contract */
export function x402Domain(chainId: number | bigint, contract = BATCH_SETTLEMENT_ADDRESS) {
  return {
    name: "x402 Batch Settlement",
    version: "1",
    chainId: BigInt(chainId),
    verifyingContract: contract,
  } as const;
}
