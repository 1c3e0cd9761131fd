// SIMULATED PAYERS: a load generator that pays the till and signs receipts as a gateway would. No gateway and no channel contract is involved:
// each payer transfers to the till what its calls cost, and the channel ids are those that x402 batch-settlement channels would have.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeFunctionData, pad, toHex, zeroAddress, type Hex } from "viem";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { RECEIPT } from "@tributary/protocol/kinds";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { channelId } from "@tributary/protocol/typed-data/channel";
import { receiptHash, receiptTypedData, type Receipt } from "@tributary/protocol/typed-data/receipt";
import { payerAccount, PAYER_COUNT, roleAccount } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { PRICES, type RegisteredModel } from "./model.ts";
import { transact } from "./transact.ts";

const WITHDRAW_DELAY_SECONDS = 900;
const TOKENS_PER_PRICE = 1_000n;

/** A question that was asked and the answer that the trained model gave. */
export interface AnsweredCall {
  /** Index of the held-out paragraph that the prompt was cut from. */
  heldOut: number;
  prompt: string;
  answer: string;
  promptTokens: number;
  answerTokens: number;
}

/** A paid call: its receipt, the gateway's signature, and the salt that only payer and gateway know. */
export interface PaidCall extends AnsweredCall {
  receipt: Receipt;
  receiptHash: Hex;
  signature: Hex;
  salt: Hex;
}

/** What a call costs at the registered prices, rounded up to a base unit. */
export function priceOf(call: AnsweredCall): bigint {
  const exact = BigInt(call.promptTokens) * PRICES.input + BigInt(call.answerTokens) * PRICES.output;
  return (exact + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
}

interface Channel {
  id: Hex;
  sequence: bigint;
  cumulative: bigint;
}

/** The payers' side of one till over all its settlements: sequences and cumulative charges run on from one to the next. */
export class SimulatedPayers {
  readonly #chain: LocalChain;
  readonly #deployment: Deployment;
  readonly #model: RegisteredModel;
  readonly #channels: Channel[];

  constructor(chain: LocalChain, deployment: Deployment, model: RegisteredModel) {
    this.#chain = chain;
    this.#deployment = deployment;
    this.#model = model;
    this.#channels = Array.from({ length: PAYER_COUNT }, (_, payer) => ({
      id: this.#channelOf(payer),
      sequence: 0n,
      cumulative: 0n,
    }));
  }

  #channelOf(payer: number): Hex {
    const address = payerAccount(payer).address;
    return channelId(
      {
        payer: address,
        payerAuthorizer: address,
        receiver: this.#model.till,
        receiverAuthorizer: roleAccount("gateway").address,
        token: this.#deployment.addresses.OpenToken,
        withdrawDelay: WITHDRAW_DELAY_SECONDS,
        salt: pad(toHex(payer), { size: 32 }),
      },
      BigInt(this.#deployment.chainId),
    );
  }

  /** Charges `calls` to the payers in turn, signs their receipts, and pays the total into the till. Returns them in the order of the receipts tree. */
  async pay(
    calls: readonly AnsweredCall[],
    issuedAt: number,
    onProgress: (done: number, total: number) => void,
  ): Promise<PaidCall[]> {
    const paid: PaidCall[] = [];
    const due = new Array<bigint>(PAYER_COUNT).fill(0n);
    for (const [index, call] of calls.entries()) {
      const payer = index % PAYER_COUNT;
      const channel = this.#channels[payer];
      if (channel === undefined) throw new RangeError(`payer ${payer}`);
      const amount = priceOf(call);
      channel.sequence += 1n;
      channel.cumulative += amount;
      due[payer] = (due[payer] ?? 0n) + amount;
      paid.push(await this.#sign(call, channel, amount, issuedAt));
      onProgress(index + 1, calls.length);
    }
    await Promise.all(due.map((amount, payer) => this.#transfer(payer, amount)));
    return paid.sort(
      (a, b) => compare(a.receipt.channelId, b.receipt.channelId) || Number(a.receipt.sequence - b.receipt.sequence),
    );
  }

  async #sign(call: AnsweredCall, channel: Channel, amount: bigint, issuedAt: number): Promise<PaidCall> {
    const salt = toHex(randomBytes(32));
    const receipt: Receipt = {
      till: this.#model.till,
      modelVersion: this.#model.version,
      channelId: channel.id,
      sequence: channel.sequence,
      amount,
      cumulative: channel.cumulative,
      agentRegistry: zeroAddress,
      agentId: 0n,
      requestHash: saltedHash(salt, call.prompt),
      responseHash: saltedHash(salt, call.answer),
      issuedAt,
    };
    const typed = receiptTypedData(receipt, BigInt(this.#deployment.chainId));
    const signature = await roleAccount("gateway").signTypedData(typed);
    return { ...call, receipt, receiptHash: receiptHash(receipt), signature, salt };
  }

  async #transfer(payer: number, amount: bigint): Promise<void> {
    const { OpenToken: token } = this.#deployment.addresses;
    const account = payerAccount(payer);
    await transact(this.#chain, roleAccount("deployer"), {
      what: `fund simulated payer ${payer}`,
      to: token,
      data: encodeFunctionData({ abi: openTokenAbi, functionName: "transfer", args: [account.address, amount] }),
    });
    await transact(this.#chain, account, {
      what: `simulated payer ${payer} pays the till`,
      to: token,
      data: encodeFunctionData({ abi: openTokenAbi, functionName: "transfer", args: [this.#model.till, amount] }),
    });
  }
}

/** Root of the receipts tree of one settlement (docs/formats.md §3). */
export function receiptsRoot(calls: readonly PaidCall[]): { hash: Hex; sum: bigint } {
  const leaves = calls.map(({ receipt }) => ({ sum: receipt.amount, payload: encodeReceipt(receipt) }));
  const { root } = sumTreeOf(RECEIPT.depth, leaves);
  return { hash: toHex(root.hash), sum: root.sum };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Writes `settlement-<id>.json` for the engine: receipts, signatures, and the texts that attributors sketch. It stays on this machine; what is
 * published is made from it by the engine and holds no text.
 */
export function writeSettlementFile(folder: string, id: number, calls: readonly PaidCall[]): void {
  const text = JSON.stringify({ calls }, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  writeFileSync(join(folder, `settlement-${id}.json`), text);
}
