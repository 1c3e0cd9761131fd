// What a corrective 402 shows of a channel's vouchers: to their signer alone, and none that is not charged by yet.
import type { BatchSettlementEvmScheme } from "@x402/evm/batch-settlement/server";
import { recoverSigner } from "../accounts/fast-signatures.ts";
import type { Books } from "../books/books.ts";
import { isChainSignature, isSignedByPayer, readPayload } from "./payload.ts";
import { voucherDigests } from "./voucher-digest.ts";

type Enrich = NonNullable<BatchSettlementEvmScheme["enrichPaymentRequiredResponse"]>;

/** Makes the scheme show the last voucher that a channel was charged by, or the request's own where there is none, and only where a key that the channel names signed the request's own. */
export function showOwnVouchers(
  scheme: BatchSettlementEvmScheme,
  { books, chainId }: { books: Books; chainId: number },
): void {
  const digestOf = voucherDigests(chainId);
  const enrich: Enrich = scheme.enrichPaymentRequiredResponse;

  const shown = async (raw: unknown): Promise<object | undefined> => {
    const payment = readPayload(raw);
    // What a contract vouches for only the chain can tell; its official client cannot use what it is shown either.
    if (payment === undefined || isSignedByPayer(payment) || !isChainSignature(payment)) return undefined;
    const { voucher, channelConfig } = payment;
    const digest = digestOf(voucher.channelId, BigInt(voucher.maxClaimableAmount));
    if (recoverSigner(digest, voucher.signature) !== channelConfig.payerAuthorizer.toLowerCase()) return undefined;
    const { last } = await books.vouchers(voucher.channelId);
    return last ?? { signedMaxClaimable: voucher.maxClaimableAmount, signature: voucher.signature };
  };

  scheme.enrichPaymentRequiredResponse = async (context) => {
    const enriched = await enrich(context);
    for (const { extra } of enriched ?? context.requirements) {
      if (extra?.voucherState === undefined) continue;
      delete extra.voucherState;
      const state = await shown(context.paymentPayload?.payload).catch(() => undefined);
      if (state !== undefined) extra.voucherState = state;
    }
    return enriched;
  };
}
