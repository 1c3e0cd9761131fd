// A channel as `/v1/channels/:id` shows it.
import type { ChannelState } from "../payments/payments.ts";

/** Amounts are decimal strings in base units. What a payer can spend of a channel at most is its balance; of a call, its quote. */
export function channelObject(channel: ChannelState) {
  const { balance, charged, claimed, left, receipts, ...rest } = channel;
  return {
    ...rest,
    balance: String(balance),
    charged: String(charged),
    claimed: String(claimed),
    left: String(left),
    receipts: String(receipts),
  };
}
