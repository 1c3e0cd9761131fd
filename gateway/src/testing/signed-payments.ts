// Payments of one's own making, signed by the payer's key as x402's client signs them: vouchers, deposits, refunds.
import { randomBytes } from "node:crypto";
import { type Address, type Hex, type LocalAccount, toHex } from "viem";
import { channelId as channelIdOf, type ChannelConfig, depositNonce } from "@tributary/protocol/typed-data/channel";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import { ERC3009_COLLECTOR_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";

/** What ERC-3009 signs. */
export const RECEIVE_AUTHORIZATION_TYPES = {
  ReceiveWithAuthorization: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "validAfter", type: "uint256" },
    { name: "validBefore", type: "uint256" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

/** A payment's voucher for `most` in all. */
export async function signedVoucher(payer: LocalAccount, channelConfig: ChannelConfig, most: bigint, chainId: number) {
  const channelId = channelIdOf(channelConfig, chainId);
  const signature = await payer.signTypedData(voucherTypedData({ channelId, maxClaimableAmount: most }, chainId));
  return { channelConfig, voucher: { channelId, maxClaimableAmount: String(most), signature } };
}

/** A deposit, with the voucher of the call that it comes with. @param token with the domain's name and version as the terms say them */
export async function signedDeposit(
  payer: LocalAccount,
  channelConfig: ChannelConfig,
  { amount, most }: { amount: bigint; most: bigint },
  { token, name, version, chainId }: { token: Address; name: string; version: string; chainId: number },
) {
  const { voucher } = await signedVoucher(payer, channelConfig, most, chainId);
  const salt: Hex = toHex(randomBytes(32));
  const validBefore = BigInt(Math.floor(Date.now() / 1_000) + 3_600);
  const signature = await payer.signTypedData({
    domain: { name, version, chainId, verifyingContract: token },
    types: RECEIVE_AUTHORIZATION_TYPES,
    primaryType: "ReceiveWithAuthorization",
    message: {
      from: payer.address,
      to: ERC3009_COLLECTOR_ADDRESS,
      value: amount,
      validAfter: 0n,
      validBefore,
      nonce: depositNonce(voucher.channelId, BigInt(salt)),
    },
  });
  const erc3009Authorization = { validAfter: "0", validBefore: String(validBefore), salt, signature };
  return { channelConfig, voucher, deposit: { amount: String(amount), authorization: { erc3009Authorization } } };
}
