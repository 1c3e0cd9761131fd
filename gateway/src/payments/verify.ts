// Judges payments before the scheme does: refuses what the chain would not pay, and knows good vouchers of known channels at once.
import type { AfterVerifyHook, BeforeVerifyHook } from "@x402/core/server";
import { type BatchSettlementEvmScheme, type Channel } from "@x402/evm/batch-settlement/server";
import type { Hex } from "viem";
import { recoverSigner } from "../accounts/fast-signatures.ts";
import type { Books } from "../books/books.ts";
import { isUsed, type Vouchers } from "../books/used-maxima.ts";
import { randomBytes } from "../random.ts";
import { hasChecksums, isChainSignature, isSignedByPayer, type PaymentPayload, readPayload } from "./payload.ts";
import {
  CHANNEL_UNKNOWN,
  MALFORMED,
  REFUND_PENDING,
  UNCLAIMED_LIMIT,
  VOUCHER_USED,
  WITHDRAWAL_PENDING,
} from "./refused.ts";
import { voucherDigests } from "./voucher-digest.ts";

type Context = Parameters<BeforeVerifyHook>[0];
type Verdict = Awaited<ReturnType<BeforeVerifyHook>>;

/** Of the scheme, which does not export them. */
const INVALID_SIGNATURE = "invalid_batch_settlement_evm_voucher_signature";
const AMOUNT_MISMATCH = "invalid_batch_settlement_evm_cumulative_amount_mismatch";
const STATE_UNAVAILABLE = "invalid_batch_settlement_evm_verification_state_unavailable";

/** Payloads that were judged here alone, as they were read: nobody else has had them since. Taken out by whoever reads them next: what stays in a WeakMap outlives the next collection of the young heap. */
const judged = new WeakMap<object, PaymentPayload>();

export interface VerifyOptions {
  readonly scheme: BatchSettlementEvmScheme;
  readonly chainId: number;
  readonly vouchers: Books["vouchers"];
  /** Told of a voucher that holds for nothing but that its maximum was charged by before. */
  readonly onUsed: (context: Context, vouchers: Vouchers) => void;
  /** Whether an account is a contract. */
  readonly hasCode: (address: Hex) => Promise<boolean>;
}

/** The hook that runs before the scheme's own. It never throws: the server would take that for no objection. */
export function beforeVerify({ scheme, chainId, vouchers, onUsed, hasCode }: VerifyOptions): BeforeVerifyHook {
  const digestOf = voucherDigests(chainId);

  const judge = async (context: Context): Promise<Verdict> => {
    const { paymentPayload, requirements } = context;
    const payment = paymentPayload.x402Version === 2 ? readPayload(paymentPayload.payload) : undefined;
    if (payment === undefined) return { abort: true, reason: MALFORMED };
    if (!isChainSignature(payment)) return { abort: true, reason: INVALID_SIGNATURE };
    // A key's signature in a payer's place must have the chain's form; a contract may have a form of its own.
    if (isSignedByPayer(payment) && !isCanonicalForKey(payment) && !(await hasCode(payment.channelConfig.payer as Hex)))
      return { abort: true, reason: INVALID_SIGNATURE };

    const { voucher } = payment;
    const channel = await scheme.getStorage().get(voucher.channelId);
    const malformed = { abort: true, reason: MALFORMED } as const;
    if (channel === undefined) {
      if (!hasChecksums(payment)) return malformed;
      // These books charge from 0, whatever the payer believes; the scheme would believe the payer.
      const first = payment.type === "refund" ? 0n : BigInt(requirements.amount);
      if (BigInt(voucher.maxClaimableAmount) === first) return undefined;
      scheme.rememberChannelSnapshot(paymentPayload, unknownChannel(payment));
      return { abort: true, reason: AMOUNT_MISMATCH };
    }
    const known = await vouchers(voucher.channelId);
    if (known.isRefunded) return { abort: true, reason: REFUND_PENDING };
    const most = BigInt(voucher.maxClaimableAmount);
    const isSigned = (): boolean =>
      recoverSigner(digestOf(voucher.channelId, most), voucher.signature) ===
      payment.channelConfig.payerAuthorizer.toLowerCase();
    if (payment.type !== "refund" && most === known.charged + BigInt(requirements.amount) && isUsed(known.used, most)) {
      // Terms are raised for all who are quoted the same: only by a payer of the channel, whose key is the record's.
      if (
        !isSignedByPayer(payment) &&
        isSame(payment.channelConfig.payerAuthorizer, channel.channelConfig.payerAuthorizer) &&
        isSigned()
      )
        onUsed(context, known);
      return { abort: true, reason: VOUCHER_USED };
    }
    // Of known channels too: the record keeps the addresses as this payment writes them, and claims are made out of it.
    if (!hasChecksums(payment)) return malformed;
    if (payment.type !== "voucher" || !isKnown(payment, channel, requirements, scheme.getOnchainStateTtlMs()))
      return undefined;
    const { payer } = payment.channelConfig;
    if (!isSigned()) return { skip: true, result: { isValid: false, invalidReason: INVALID_SIGNATURE, payer } };
    judged.set(paymentPayload.payload, payment);
    scheme.mergeRequestContext(paymentPayload, {
      channelId: voucher.channelId,
      pendingId: `0x${randomBytes(32).toString("hex")}`,
      channelSnapshot: channel,
      localVerify: true,
    });
    const { balance, totalClaimed, withdrawRequestedAt, refundNonce } = channel;
    const extra = {
      channelId: voucher.channelId,
      balance,
      totalClaimed,
      withdrawRequestedAt,
      refundNonce: String(refundNonce),
    };
    return { skip: true, result: { isValid: true, payer, extra } };
  };

  return async (context) => {
    try {
      return await judge(context);
    } catch {
      return { abort: true, reason: STATE_UNAVAILABLE };
    }
  };
}

/**
 * The hook that runs between the judgement and the reservation of the channel. It never throws.
 * @param unclaimedCalls how many calls of a call's price may be unclaimed in a channel whose vouchers a contract vouches for: it can change its mind before they are claimed
 */
export function afterVerify(scheme: BatchSettlementEvmScheme, unclaimedCalls: number): AfterVerifyHook {
  return async ({ paymentPayload, requirements, result }) => {
    if (!result.isValid) return undefined;
    try {
      const payment = judged.get(paymentPayload.payload) ?? readPayload(paymentPayload.payload);
      judged.delete(paymentPayload.payload);
      if (payment === undefined) return { abort: true, reason: MALFORMED };
      const isRefund = payment.type === "refund";
      if (!isRefund && Number(result.extra?.withdrawRequestedAt ?? 0) !== 0)
        return { abort: true, reason: WITHDRAWAL_PENDING };
      const claimed = BigInt(String(result.extra?.totalClaimed ?? 0));
      if (claimed !== 0n && (await scheme.getStorage().get(payment.voucher.channelId)) === undefined)
        return { abort: true, reason: CHANNEL_UNKNOWN };
      const mostUnclaimed = BigInt(requirements.amount) * BigInt(unclaimedCalls);
      if (!isRefund && isSignedByPayer(payment) && BigInt(payment.voucher.maxClaimableAmount) - claimed > mostUnclaimed)
        return { abort: true, reason: UNCLAIMED_LIMIT };
      return undefined;
    } catch {
      return { abort: true, reason: STATE_UNAVAILABLE };
    }
  };
}

function isCanonicalForKey(payment: PaymentPayload): boolean {
  return isChainSignature({
    ...payment,
    channelConfig: { ...payment.channelConfig, payerAuthorizer: payment.channelConfig.payer },
  });
}

/** Whether the scheme's own judgement of a voucher would come down to its signature: everything else is as it was when the channel was last judged in full. */
function isKnown(
  { channelConfig: config, voucher }: PaymentPayload,
  channel: Channel,
  requirements: Context["requirements"],
  mostAgeMilliseconds: number,
): boolean {
  const { channelConfig: known } = channel;
  const { extra } = requirements;
  const signed = BigInt(voucher.maxClaimableAmount);
  return (
    channel.onchainSyncedAt !== undefined &&
    Date.now() - channel.onchainSyncedAt <= mostAgeMilliseconds &&
    !isSignedByPayer({ channelConfig: config } as PaymentPayload) &&
    isSame(config.payer, known.payer) &&
    isSame(config.payerAuthorizer, known.payerAuthorizer) &&
    isSame(config.receiver, known.receiver) &&
    isSame(config.receiverAuthorizer, known.receiverAuthorizer) &&
    isSame(config.token, known.token) &&
    config.withdrawDelay === known.withdrawDelay &&
    isSame(config.salt, known.salt) &&
    isSame(config.receiver, requirements.payTo) &&
    isSame(config.receiverAuthorizer, String(extra?.receiverAuthorizer)) &&
    isSame(config.token, requirements.asset) &&
    config.withdrawDelay === Number(extra?.withdrawDelay) &&
    signed === BigInt(channel.chargedCumulativeAmount) + BigInt(requirements.amount) &&
    signed <= BigInt(channel.balance) &&
    signed > BigInt(channel.totalClaimed)
  );
}

function isSame(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

function unknownChannel({ voucher, channelConfig }: PaymentPayload): Channel {
  return {
    channelId: voucher.channelId,
    channelConfig: channelConfig as Channel["channelConfig"],
    chargedCumulativeAmount: "0",
    signedMaxClaimable: voucher.maxClaimableAmount,
    signature: voucher.signature,
    balance: "0",
    totalClaimed: "0",
    withdrawRequestedAt: 0,
    refundNonce: 0,
    lastRequestTimestamp: Date.now(),
  };
}
