// What a payment must look like before it is judged: anything looser could be taken for good here and fail on chain.
import { isAddress } from "viem";
import { z } from "zod";

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`));
/** Base units in plain decimal: `BigInt` would also read hex digits and blanks. */
const amount = z.string().regex(/^(?:0|[1-9][0-9]{0,38})$/);
/** Of an ERC-1271 payer as long as it likes; headers have a limit. */
const bytes = z.string().regex(/^0x(?:[0-9a-fA-F]{2})*$/);

const channelConfig = z.strictObject({
  payer: hex(20),
  payerAuthorizer: hex(20),
  receiver: hex(20),
  receiverAuthorizer: hex(20),
  token: hex(20),
  withdrawDelay: z.number().int().nonnegative(),
  salt: hex(32),
});
const voucher = z.strictObject({ channelId: hex(32), maxClaimableAmount: amount, signature: bytes });

/** Members beyond these are the official check's to judge; what it reads of these must have its kind, or it throws. */
const authorization = z.object({
  erc3009Authorization: z
    .object({ validAfter: amount, validBefore: amount, salt: hex(32), signature: bytes })
    .optional(),
  permit2Authorization: z
    .object({
      from: hex(20),
      permitted: z.object({ token: hex(20), amount }),
      spender: hex(20),
      nonce: z.string().regex(/^(?:0|[1-9][0-9]{0,77})$/),
      deadline: amount,
      witness: z.object({ channelId: hex(32) }),
      signature: bytes,
    })
    .optional(),
});

const payload = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("voucher"), channelConfig, voucher }),
  z.strictObject({ type: z.literal("refund"), channelConfig, voucher, amount: amount.optional() }),
  z.object({
    type: z.literal("deposit"),
    channelConfig,
    voucher,
    deposit: z.object({ amount, authorization }),
  }),
]);

export type PaymentPayload = z.infer<typeof payload>;
export type RefundPayload = Extract<PaymentPayload, { type: "refund" }>;

/** Half of the curve's order: the chain's libraries refuse signatures whose s is above it. */
const MOST_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ZERO_ADDRESS = /^0x0{40}$/;
/** Ends signatures of accounts that are not deployed yet (ERC-6492). */
const ERC6492_MAGIC = "6492".repeat(16);

/**
 * Reads a payment's payload.
 * @returns undefined where it is malformed
 */
export function readPayload(raw: unknown): PaymentPayload | undefined {
  const { success, data } = payload.safeParse(raw);
  return success ? data : undefined;
}

/** Whether the channel's vouchers are signed by its payer as a contract (ERC-1271), or by the payer's own key where it is none. */
export function isSignedByPayer({ channelConfig: { payerAuthorizer } }: PaymentPayload): boolean {
  return ZERO_ADDRESS.test(payerAuthorizer);
}

/** Whether the chain would read the voucher's signature: it takes one form only of each, so that none has a twin. */
export function isChainSignature(payment: PaymentPayload): boolean {
  const { signature } = payment.voucher;
  if (isSignedByPayer(payment)) return !signature.toLowerCase().endsWith(ERC6492_MAGIC);
  if (signature.length !== 132) return false;
  const last = signature.slice(130);
  return (
    (last === "1b" || last === "1B" || last === "1c" || last === "1C") &&
    BigInt(`0x${signature.slice(66, 130)}`) <= MOST_S
  );
}

/** Whether addresses whose digits are upper and lower case have them as EIP-55 says: libraries refuse others, and throw. */
export function hasChecksums({
  channelConfig: { payer, payerAuthorizer, receiver, receiverAuthorizer, token },
}: PaymentPayload): boolean {
  return [payer, payerAuthorizer, receiver, receiverAuthorizer, token].every((each) => isAddress(each));
}
