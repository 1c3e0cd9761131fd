// Channels on a test's chain, opened by signed deposits and charged by signed vouchers, as payers' clients do both.
import { randomBytes } from "node:crypto";
import { type Address, encodeAbiParameters, encodeFunctionData, erc20Abi, type Hex, toHex, zeroAddress } from "viem";
import { type LocalAccount, privateKeyToAccount } from "viem/accounts";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { channelId, type ChannelConfig, depositNonce } from "@tributary/protocol/typed-data/channel";
import { type Receipt, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import { deployer } from "../../../deploy/testing/accounts.ts";
import { send } from "../../../deploy/testing/send.ts";
import type { Books, Charge, Written } from "../books/books.ts";
import { failureOf, letGo, raise } from "./charges.ts";
import { RECEIVE_AUTHORIZATION_TYPES } from "./signed-payments.ts";
import type { SoldModel } from "./sold-model.ts";

export interface PaidChannel {
  readonly id: Hex;
  readonly payer: LocalAccount;
  readonly config: ChannelConfig;
}

const WITHDRAW_DELAY_SECONDS = 900;
/** Twice their gas, which clients allow, stays below what one transaction may use (EIP-7825). */
const DEPOSITS_AT_A_TIME = 20;
const FOR_EVER = 2n ** 48n;

/**
 * Opens channels to the model's till with a deposit each; the payers' money is the deployer's.
 * @param perPayer channels that one payer has
 * @param isByContract whether vouchers are judged by code at the payer's address, which must be set after this
 */
export async function openChannels(
  model: SoldModel,
  count: number,
  amount: bigint,
  perPayer = 1,
  isByContract = false,
): Promise<PaidChannel[]> {
  const channels: PaidChannel[] = [];
  let payer = newPayer();
  for (let first = 0; first < count; first += DEPOSITS_AT_A_TIME) {
    const part: PaidChannel[] = [];
    const { BatchSettlement, OpenToken } = model.protocol.addresses;
    for (let i = first; i < Math.min(first + DEPOSITS_AT_A_TIME, count); i++) {
      if (i % perPayer === 0) {
        payer = newPayer();
        const purse = amount * BigInt(perPayer);
        await send(model.local, deployer, OpenToken, erc20Abi, "transfer", [payer.address, purse]);
      }
      part.push(channelTo(model, payer, isByContract ? zeroAddress : payer.address));
    }
    const calls = await Promise.all(part.map((channel) => depositCall(model, channel, amount)));
    await send(model.local, deployer, BatchSettlement, batchSettlementAbi, "multicall", [calls]);
    channels.push(...part);
  }
  return channels;
}

/** Puts more into a channel. */
export async function deposit(model: SoldModel, channel: PaidChannel, amount: bigint): Promise<void> {
  const { BatchSettlement, OpenToken } = model.protocol.addresses;
  await send(model.local, deployer, OpenToken, erc20Abi, "transfer", [channel.payer.address, amount]);
  const call = await depositCall(model, channel, amount);
  await send(model.local, deployer, BatchSettlement, batchSettlementAbi, "multicall", [[call]]);
}

function newPayer(): LocalAccount {
  return privateKeyToAccount(toHex(randomBytes(32)));
}

function channelTo(
  { till, protocol, keys, chain }: SoldModel,
  payer: LocalAccount,
  payerAuthorizer: Address,
): PaidChannel {
  const config: ChannelConfig = {
    payer: payer.address,
    payerAuthorizer,
    receiver: till,
    receiverAuthorizer: keys.gateway.address,
    token: protocol.addresses.OpenToken,
    withdrawDelay: WITHDRAW_DELAY_SECONDS,
    salt: toHex(randomBytes(32)),
  };
  return { id: channelId(config, chain.chainId), payer, config };
}

async function depositCall(model: SoldModel, { id, payer, config }: PaidChannel, amount: bigint): Promise<Hex> {
  const { OpenToken, ERC3009DepositCollector: collector } = model.protocol.addresses;
  const salt = BigInt(toHex(randomBytes(32)));
  const domain = await tokenDomain(model, OpenToken);
  const signature = await payer.signTypedData({
    domain,
    types: RECEIVE_AUTHORIZATION_TYPES,
    primaryType: "ReceiveWithAuthorization",
    message: {
      from: payer.address,
      to: collector,
      value: amount,
      validAfter: 0n,
      validBefore: FOR_EVER,
      nonce: depositNonce(id, salt),
    },
  });
  const types = [{ type: "uint256" }, { type: "uint256" }, { type: "uint256" }, { type: "bytes" }] as const;
  const data = encodeAbiParameters(types, [0n, FOR_EVER, salt, signature]);
  return encodeFunctionData({
    abi: batchSettlementAbi,
    functionName: "deposit",
    args: [config, amount, collector, data],
  });
}

const domains = new Map<Address, ReturnType<typeof readDomain>>();

function tokenDomain(model: SoldModel, token: Address): ReturnType<typeof readDomain> {
  const known = domains.get(token) ?? readDomain(model, token);
  domains.set(token, known);
  return known;
}

async function readDomain({ local }: SoldModel, address: Address) {
  const { name, version, chainId, verifyingContract } = (await local.client.getEip712Domain({ address })).domain;
  return { name, version, chainId, verifyingContract };
}

/** Pays calls of one channel as the scheme's server does: each is reserved by a voucher of the payer and charged. @returns the receipts */
export async function payCalls(
  books: Books,
  model: SoldModel,
  channel: PaidChannel,
  amounts: readonly bigint[],
  version = model.version,
): Promise<Written[]> {
  const written: Written[] = [];
  for (const amount of amounts) {
    const charge = await chargeOf(model, channel, amount, version);
    await reserve(books, model, channel, amount);
    written.push(await books.charging(charge, () => raise(books, channel.id, amount)));
  }
  return written;
}

/** Sends a part of a stream for `amount`, whose charge then fails at its end: nobody signs the receipt, and the scheme lets go of the channel. */
export async function serveUncharged(
  books: Books,
  model: SoldModel,
  channel: PaidChannel,
  amount: bigint,
): Promise<void> {
  const charge = await chargeOf(model, channel, amount, model.version);
  await books.serving(channel.id, charge, await reserve(books, model, channel, amount));
  const settle = async (): Promise<void> => {
    try {
      await raise(books, channel.id, amount);
    } finally {
      await letGo(books, channel.id);
    }
  };
  const failure = await failureOf(
    books.charging(charge, settle, () => Promise.reject(new Error("the signer is away"))),
  );
  if ((failure as Error | undefined)?.message !== "the signer is away") throw new Error("it was charged");
}

/** The gateway's signature over a receipt. */
export function signReceipt({ keys, chain }: SoldModel, receipt: Receipt): Promise<Hex> {
  return keys.gateway.signTypedData(receiptTypedData(receipt, chain.chainId));
}

async function chargeOf(
  { local, till }: SoldModel,
  channel: PaidChannel,
  amount: bigint,
  modelVersion: bigint,
): Promise<Charge> {
  const salt = toHex(randomBytes(32));
  const [prompt, answer] = ["What is the river?", `The river that ${toHex(randomBytes(4))} feeds.`];
  const { timestamp } = await local.client.getBlock();
  return {
    till,
    modelVersion,
    channelId: channel.id,
    amount,
    agentRegistry: zeroAddress,
    agentId: 0n,
    requestHash: saltedHash(salt, prompt),
    responseHash: saltedHash(salt, answer),
    issuedAt: Number(timestamp),
    salt,
    exchange: { prompt, answer, inputTokens: 5, outputTokens: 6, citations: [{ source: "a", excerpt: "b" }] },
  };
}

async function reserve(books: Books, { chain }: SoldModel, channel: PaidChannel, amount: bigint): Promise<string> {
  const { id, payer, config } = channel;
  const charged = BigInt((await books.channels.get(id))?.chargedCumulativeAmount ?? 0n);
  const maxClaimableAmount = charged + amount;
  const signature = await payer.signTypedData(voucherTypedData({ channelId: id, maxClaimableAmount }, chain.chainId));
  const signedMaxClaimable = String(maxClaimableAmount);
  const pendingId = toHex(randomBytes(8));
  await books.channels.updateChannel(id, (current) => ({
    ...(current ?? {
      channelId: id,
      channelConfig: config,
      chargedCumulativeAmount: "0",
      balance: String(10n ** 30n),
      totalClaimed: "0",
      withdrawRequestedAt: 0,
      refundNonce: 0,
      lastRequestTimestamp: 0,
    }),
    signedMaxClaimable,
    signature,
    pendingRequest: { pendingId, signedMaxClaimable, expiresAt: Date.now() + 60_000 },
  }));
  return pendingId;
}
