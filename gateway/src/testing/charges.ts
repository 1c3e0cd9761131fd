// Charges and x402's records of channels, as tests make them.
import { randomBytes } from "node:crypto";
import type { Channel } from "@x402/evm/batch-settlement/server";
import { type Address, type Hex, toHex, zeroAddress } from "viem";
import { bytesToHex } from "@tributary/protocol/bytes";
import { saltedHash } from "@tributary/protocol/salted-hash";
import type { Books, Charge, Written } from "../books/books.ts";

export const TILL: Address = "0x00000000000000000000000000000000000071e1";

/** The id of a test's channel. */
export function channelNumber(number: number): Hex {
  return toHex(number + 1, { size: 32 });
}

export function chargeOf(
  channelId: Hex,
  amount: bigint,
  { till = TILL, version = 1n, prompt = "What?", answer = "That.", issuedAt = 1_700_000_000 } = {},
): Charge {
  const salt = bytesToHex(randomBytes(32));
  const citations = [{ source: "npm:novel", excerpt: "Call me." }];
  const exchange = { prompt, answer, inputTokens: 3, outputTokens: 4, citations };
  const [requestHash, responseHash] = [saltedHash(salt, prompt), saltedHash(salt, answer)];
  return {
    till,
    modelVersion: version,
    channelId,
    amount,
    agentRegistry: zeroAddress,
    agentId: 0n,
    requestHash,
    responseHash,
    issuedAt,
    salt,
    exchange,
  };
}

/** Reserves a channel for a call of up to `ceiling`, as the scheme does. @returns the reservation's id */
export async function reserve(books: Books, channelId: Hex, ceiling: bigint, till: Address = TILL): Promise<string> {
  const pendingId = bytesToHex(randomBytes(8));
  const { status } = await books.channels.updateChannel(channelId, (current) => {
    if (current?.pendingRequest !== undefined) return current;
    const base = current ?? fresh(channelId, till);
    const signedMaxClaimable = String(BigInt(base.chargedCumulativeAmount) + ceiling);
    return {
      ...base,
      signedMaxClaimable,
      signature: "0x5167",
      pendingRequest: { pendingId, signedMaxClaimable, expiresAt: Date.now() + 60_000 },
    };
  });
  if (status !== "updated") throw new Error(`${channelId} is busy`);
  return pendingId;
}

/** Charges a reserved channel, as the scheme does. */
export function charge(books: Books, of: Charge, sign?: (written: Written) => Promise<Hex>): Promise<Written> {
  return books.charging(of, () => raise(books, of.channelId, of.amount), sign);
}

/** @returns what it throws, or undefined */
export async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Reserves a channel and charges it once. */
export async function chargeOnce(
  books: Books,
  number: number,
  amount: bigint,
  details: Parameters<typeof chargeOf>[2] = {},
): Promise<Written> {
  const id = channelNumber(number);
  await reserve(books, id, amount);
  return charge(books, chargeOf(id, amount, details));
}

/** Raises what a reserved channel was charged and lets it go. */
export async function raise(books: Books, channelId: Hex, amount: bigint): Promise<void> {
  await books.channels.updateChannel(
    channelId,
    (current) =>
      current && {
        ...current,
        chargedCumulativeAmount: String(BigInt(current.chargedCumulativeAmount) + amount),
        pendingRequest: undefined,
      },
  );
}

/** Lets a channel go without a charge, as the scheme does. */
export async function letGo(books: Books, channelId: Hex): Promise<void> {
  await books.channels.updateChannel(channelId, (current) => current && { ...current, pendingRequest: undefined });
}

function fresh(channelId: Hex, receiver: Address): Channel {
  return {
    channelId,
    channelConfig: {
      payer: TILL,
      payerAuthorizer: TILL,
      receiver,
      receiverAuthorizer: TILL,
      token: TILL,
      withdrawDelay: 900,
      salt: channelId,
    },
    chargedCumulativeAmount: "0",
    signedMaxClaimable: "0",
    signature: "0x",
    balance: "1000000",
    totalClaimed: "0",
    withdrawRequestedAt: 0,
    refundNonce: 0,
    lastRequestTimestamp: 0,
  };
}
