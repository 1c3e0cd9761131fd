// What a payer has in a channel and has spent of it, from the chain and the books.
import { type Hex, parseAbi, type PublicClient } from "viem";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import type { Books } from "../books/books.ts";
import type { ChannelState } from "./payments.ts";

const ABI = parseAbi([
  "function channels(bytes32 channelId) view returns (uint128 balance, uint128 totalClaimed)",
  "function pendingWithdrawals(bytes32 channelId) view returns (uint128 amount, uint40 initiatedAt)",
]);

/** @returns undefined where the gateway has never seen the channel: the chain alone does not tell whose it is */
export async function readChannel(
  books: Books,
  client: PublicClient,
  channelId: Hex,
): Promise<ChannelState | undefined> {
  const channel = await books.channels.get(channelId);
  if (channel === undefined) return undefined;
  const read = { address: BATCH_SETTLEMENT_ADDRESS, abi: ABI, args: [channelId] } as const;
  const [account, refund, [balance, claimed], [, withdrawRequestedAt]] = await Promise.all([
    books.account(channelId),
    books.refund(channelId),
    client.readContract({ ...read, functionName: "channels" }),
    client.readContract({ ...read, functionName: "pendingWithdrawals" }),
  ]);
  const charged = BigInt(channel.chargedCumulativeAmount);
  const { payer, receiver: till, token } = channel.channelConfig;
  return {
    channelId,
    payer,
    till,
    token,
    balance,
    charged,
    claimed,
    left: refund === undefined && balance > charged ? balance - charged : 0n,
    withdrawRequestedAt: Number(withdrawRequestedAt),
    receipts: account?.sequence ?? 0n,
  };
}
