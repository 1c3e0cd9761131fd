// Refunds in the books: what a channel may be refunded, and what waits while one stands.
import type { Channel } from "@x402/evm/batch-settlement/server";
import { BooksRefusal, type SignedRefund } from "./books.ts";
import { key, type StoredChannel } from "./rows.ts";
import { sql, type Statement } from "./sql.ts";

/** @throws BooksRefusal unless the refund may be signed: then what was charged stays claimable, whatever is sent of it and by whom */
export function checkRefund(
  state: StoredChannel | undefined,
  { channelId, amount }: SignedRefund,
): asserts state is StoredChannel {
  const reservation = state?.channel.pendingRequest;
  if (state === undefined || reservation === undefined || reservation.expiresAt <= Date.now())
    throw new BooksRefusal(`${channelId} is not reserved`);
  if (state.refund !== undefined) throw new BooksRefusal(`a refund of ${channelId} stands already`);
  const { balance, chargedCumulativeAmount } = state.channel;
  // A refund's voucher is for what was charged, a call's for more.
  if (state.serving !== undefined || reservation.signedMaxClaimable !== chargedCumulativeAmount)
    throw new BooksRefusal(`${channelId} is reserved for a call`);
  const left = BigInt(balance) - BigInt(chargedCumulativeAmount);
  if (amount > left) throw new BooksRefusal(`a refund of ${amount} from ${channelId}, which has ${left} left`);
}

/** @throws BooksRefusal where `next` reserves a channel of which a refund stands, or by a look at the chain from before one */
export function refuseRefunded(state: StoredChannel | undefined, next: Channel): void {
  const { pendingRequest } = next;
  if (state === undefined || pendingRequest === undefined) return;
  if (pendingRequest.pendingId === state.channel.pendingRequest?.pendingId) return;
  if (state.refund !== undefined) throw new BooksRefusal(`${next.channelId} is being refunded`);
  if (next.refundNonce < state.channel.refundNonce)
    throw new BooksRefusal(`${next.channelId} was looked at before its last refund`);
}

/** The channel once a refund's number is used: its next payment is judged by the chain. */
export function afterRefund(channel: Channel, nonce: bigint): Channel {
  const { onchainSyncedAt: _look, ...rest } = channel;
  return { ...rest, refundNonce: Math.max(channel.refundNonce, Number(nonce) + 1) };
}

export function refundStatement({ channelId, nonce, amount }: SignedRefund): Statement {
  return sql`INSERT INTO refunds (channel_id, nonce, amount) VALUES (${key(channelId)}, ${String(nonce)}, ${String(amount)})`;
}

export function refundedStatement({ channelId, nonce }: SignedRefund): Statement {
  return sql`DELETE FROM refunds WHERE channel_id = ${key(channelId)} AND nonce = ${String(nonce)}`;
}
