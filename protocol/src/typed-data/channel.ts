// Payment channels of x402's `batch-settlement` scheme (docs/formats.md §11).
import { type Address, encodeAbiParameters, hashTypedData, type Hex } from "viem";
import { hexToBytes, bytesToHex } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";
import { x402Domain } from "./x402-domain.ts";

export type ChannelConfig = {
  payer: Address;
  payerAuthorizer: Address;
  /** The till. */
  receiver: Address;
  receiverAuthorizer: Address;
  token: Address;
  /** Seconds, 900 … 2,592,000. */
  withdrawDelay: number;
  salt: Hex;
};

export const CHANNEL_CONFIG_TYPES = {
  ChannelConfig: [
    { name: "payer", type: "address" },
    { name: "payerAuthorizer", type: "address" },
    { name: "receiver", type: "address" },
    { name: "receiverAuthorizer", type: "address" },
    { name: "token", type: "address" },
    { name: "withdrawDelay", type: "uint40" },
    { name: "salt", type: "bytes32" },
  ],
} as const;

/** `channelId`: the EIP-712 digest, with domain, of the channel's configuration. @param contract of the channels, as `x402Domain` takes it */
export function channelId(config: ChannelConfig, chainId: number | bigint, contract?: Address): Hex {
  return hashTypedData({
    domain: x402Domain(chainId, contract),
    types: CHANNEL_CONFIG_TYPES,
    primaryType: "ChannelConfig",
    message: config,
  });
}

/** Nonce of a deposit by ERC-3009 `ReceiveWithAuthorization`: `H(abi.encode(channelId, uint256 salt))`. */
export function depositNonce(channel: Hex, salt: bigint): Hex {
  return bytesToHex(
    keccak256(hexToBytes(encodeAbiParameters([{ type: "bytes32" }, { type: "uint256" }], [channel, salt]))),
  );
}
