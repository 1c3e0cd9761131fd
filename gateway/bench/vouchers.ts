// Signs the vouchers of the benchmark's calls before it begins.
import { bytesToHex } from "@tributary/protocol/bytes";
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from "@x402/core/http";
import type { PaidChannel } from "../src/testing/paid-channels.ts";
import { voucherDigests } from "../src/payments/voucher-digest.ts";

/** The terms of a call, as the gateway's 402 says them. */
export interface Terms {
  readonly ceiling: bigint;
  readonly accepted: Record<string, unknown>;
  readonly resource: unknown;
}

/** @throws Error if the gateway asks no payment */
export async function readTerms(url: string, body: string): Promise<Terms> {
  const response = await fetch(url, { method: "POST", body });
  const header = response.headers.get("PAYMENT-REQUIRED");
  if (header === null)
    throw new Error(`the gateway answered ${response.status} and no terms: ${await response.text()}`);
  const { accepts, resource } = decodePaymentRequiredHeader(header);
  return { ceiling: BigInt(accepts[0]!.amount), accepted: accepts[0] as unknown as Record<string, unknown>, resource };
}

/** Payment headers of a channel's calls `from` to `from + count`, counted from 0, each of which is charged `cost`: so each voucher is known before the call. */
export function signCalls(
  { id, config, payer }: PaidChannel,
  { ceiling, accepted, resource }: Terms,
  { from, count, cost, chainId }: { from: number; count: number; cost: bigint; chainId: number },
): Promise<string[]> {
  const digestOf = voucherDigests(chainId);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const most = BigInt(from + index) * cost + ceiling;
      const signature = await payer.sign!({ hash: bytesToHex(digestOf(id, most)) });
      const voucher = { channelId: id, maxClaimableAmount: String(most), signature };
      const payload = { type: "voucher", channelConfig: config, voucher };
      const payment = { x402Version: 2, accepted, resource, payload };
      return encodePaymentSignatureHeader(payment as unknown as Parameters<typeof encodePaymentSignatureHeader>[0]);
    }),
  );
}
