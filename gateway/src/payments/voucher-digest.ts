// The digest of a voucher, with the domain hashed once (docs/formats.md §11).
import { domainSeparator } from "viem";
import { concatBytes, hexToBytes, writeBigUint } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { x402Domain } from "@tributary/protocol/typed-data/x402-domain";

const TYPE_HASH = keccak256(new TextEncoder().encode("Voucher(bytes32 channelId,uint128 maxClaimableAmount)"));
const TYPED_DATA_PREFIX = Uint8Array.of(0x19, 0x01);

/** The same as `voucherDigest` of the protocol for one chain, several times as fast. @throws RangeError if the amount is no u128 */
export function voucherDigests(chainId: number): (channelId: string, maxClaimableAmount: bigint) => Uint8Array {
  const domain = hexToBytes(domainSeparator({ domain: x402Domain(chainId) }));
  return (channelId, maxClaimableAmount) => {
    const amount = new Uint8Array(32);
    writeBigUint(amount, 16, 16, maxClaimableAmount, "maxClaimableAmount");
    return keccak256(
      concatBytes(TYPED_DATA_PREFIX, domain, keccak256(concatBytes(TYPE_HASH, hexToBytes(channelId), amount))),
    );
  };
}
