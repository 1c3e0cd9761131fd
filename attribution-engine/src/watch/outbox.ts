// Transactions on their way: signed and on disk before they are sent, so that none is sent twice and none is forgotten, whatever happens.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Hash,
  type Hex,
  keccak256,
  type LocalAccount,
  type RpcRequestError,
  TransactionReceiptNotFoundError,
  type TransactionReceipt,
} from "viem";
import type { Reader } from "../chain/chain-access.ts";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import type { Duty } from "./duty.ts";
import { currentFees, type Fees, raisedFees } from "./fees.ts";
import { isUnreachable, refusalOfNode } from "./network-error.ts";

export interface OutboxLimits {
  /** Blocks, its own included, after which a transaction counts as settled. */
  readonly confirmations: bigint;
  readonly maxFeePerGas: bigint;
  /** How long a transaction may wait for a block until it is replaced by one with higher fees. */
  readonly stuckMilliseconds: number;
}

/** A transaction for a duty. All its versions have one nonce, so that at most one of them is mined. */
interface InFlight {
  readonly duty: Duty;
  readonly nonce: number;
  readonly gas: string;
  fees: { maxFeePerGas: string; maxPriorityFeePerGas: string };
  /** Signed versions, the newest last. */
  signed: Hex[];
  sentAt: number;
  /** Which versions were refused when they were offered last. */
  refused?: "newest" | "all" | undefined;
  /** Block in which it was seen. */
  minedIn?: Hash | undefined;
}

/** What became of a transaction. */
export type Outcome =
  | { readonly what: "mined"; readonly duty: Duty; readonly receipt: TransactionReceipt }
  | { readonly what: "reverted"; readonly duty: Duty; readonly receipt: TransactionReceipt }
  | { readonly what: "refused"; readonly duty: Duty; readonly hash: Hash; readonly why: string }
  | { readonly what: "settled" | "unmined" | "overtaken" | "replaced"; readonly duty: Duty; readonly hash: Hash };

/** Gas beyond the estimate, which was made on another state than the one that the call will meet. */
const GAS_MARGIN_PER_CENT = 150n;

/** The transactions of one account. Nobody else may send from it meanwhile. */
export class Outbox {
  readonly #reader: Reader;
  readonly #account: LocalAccount;
  readonly #file: string;
  readonly #limits: OutboxLimits;
  readonly #chainId: number;
  #inFlight: InFlight[];

  /** @param file where what is on its way is written down */
  constructor(reader: Reader, account: LocalAccount, chainId: number, file: string, limits: OutboxLimits) {
    this.#reader = reader;
    this.#account = account;
    this.#chainId = chainId;
    this.#file = file;
    this.#limits = limits;
    this.#inFlight = readInFlight(file);
  }

  /** Whether a transaction for a duty is on its way, or mined and not settled yet. */
  has({ key }: Pick<Duty, "key">): boolean {
    return this.#inFlight.some(({ duty }) => duty.key === key);
  }

  get isEmpty(): boolean {
    return this.#inFlight.length === 0;
  }

  /** Whether a transaction may still be mined or settled: not those of which nodes refuse all versions. */
  get isWaiting(): boolean {
    return this.#inFlight.some(({ refused }) => refused !== "all");
  }

  /**
   * Looks what became of all transactions: sends again what no node knows any more, and offers more for what waits too long.
   * @param head number of the newest block
   */
  async settle(head: bigint): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    if (this.isEmpty) return outcomes;
    const used = await this.#reader.getTransactionCount({ address: this.#account.address, blockTag: "latest" });
    for (const entry of [...this.#inFlight]) {
      const receipt = await this.#receiptOf(entry);
      if (receipt !== undefined) this.#noteMined(entry, receipt, head, outcomes);
      else if (entry.nonce < used) await this.#noteOvertaken(entry, outcomes);
      else await this.#push(entry, outcomes);
    }
    this.#save();
    return outcomes;
  }

  /**
   * Signs a transaction for a duty, writes it down, and sends it.
   * @param onSigned hears its hash when it is on disk and not sent yet
   * @throws what the call would revert with, and why no node takes the transaction
   */
  async send(duty: Duty, onSigned?: (hash: Hash) => void): Promise<Hash> {
    const from = this.#account.address;
    const estimate = await this.#reader.estimateGas({ account: from, to: duty.to, data: duty.data });
    const gas = (estimate * GAS_MARGIN_PER_CENT) / 100n;
    const fees = await currentFees(this.#reader, this.#limits.maxFeePerGas);
    const pending = await this.#reader.getTransactionCount({ address: from, blockTag: "pending" });
    const nonce = this.#inFlight.reduce((next, entry) => Math.max(next, entry.nonce + 1), pending);
    const signed = await this.#sign(duty, nonce, gas, fees);
    const entry: InFlight = {
      duty,
      nonce,
      gas: gas.toString(),
      fees: printed(fees),
      signed: [signed],
      sentAt: Date.now(),
    };
    this.#inFlight.push(entry);
    this.#save();
    onSigned?.(keccak256(signed));
    try {
      await this.#broadcast(signed);
    } catch (error) {
      // What no node took must not stand before the next transactions. Where none was reached, one may have it.
      if (!isUnreachable(error)) this.#drop(entry);
      this.#save();
      throw error;
    }
    return keccak256(signed);
  }

  #noteMined(entry: InFlight, receipt: TransactionReceipt, head: bigint, outcomes: Outcome[]): void {
    const { duty } = entry;
    entry.refused = undefined;
    if (entry.minedIn !== receipt.blockHash) {
      entry.minedIn = receipt.blockHash;
      const what = receipt.status === "success" ? "mined" : "reverted";
      outcomes.push({ what, duty, receipt });
    }
    if (head - receipt.blockNumber + 1n < this.#limits.confirmations) return;
    this.#drop(entry);
    outcomes.push({ what: "settled", duty, hash: receipt.transactionHash });
  }

  /** Another transaction of the account has the nonce; that may also be a node that does not have the receipt yet. */
  async #noteOvertaken(entry: InFlight, outcomes: Outcome[]): Promise<void> {
    await sleep(500);
    if ((await this.#receiptOf(entry)) !== undefined) return;
    this.#drop(entry);
    outcomes.push({ what: "overtaken", duty: entry.duty, hash: newestHash(entry) });
  }

  async #push(entry: InFlight, outcomes: Outcome[]): Promise<void> {
    if (entry.minedIn !== undefined) {
      entry.minedIn = undefined;
      outcomes.push({ what: "unmined", duty: entry.duty, hash: newestHash(entry) });
    }
    const { fees } = entry;
    let isRaised = false;
    let isTaken = false;
    let refusal: RpcRequestError | undefined;
    try {
      isRaised = Date.now() - entry.sentAt >= this.#limits.stuckMilliseconds && (await this.#raise(entry));
      ({ isTaken, refusal } = await this.#offer(entry));
    } catch (error) {
      refusal = refusalOfNode(error);
      if (refusal === undefined) throw error;
    }
    const hash = newestHash(entry);
    // One transaction that no node takes must not keep the watcher from looking, nor be said at each look.
    if (refusal !== undefined && entry.refused === undefined)
      outcomes.push({ what: "refused", duty: entry.duty, hash, why: refusal.details });
    else if (refusal === undefined && isRaised) outcomes.push({ what: "replaced", duty: entry.duty, hash });
    // The next version offers more than what was taken.
    if (refusal !== undefined) entry.fees = fees;
    entry.refused = refusal && (isTaken ? "newest" : "all");
  }

  /** Sends the newest version that a node takes, if it takes one. @returns why it does not take the newest of all as well */
  async #offer({ signed }: InFlight): Promise<{ isTaken: boolean; refusal: RpcRequestError | undefined }> {
    let refusal: RpcRequestError | undefined;
    for (const version of signed.toReversed()) {
      try {
        await this.#broadcast(version);
        return { isTaken: true, refusal };
      } catch (error) {
        const found = refusalOfNode(error);
        if (found === undefined) throw error;
        refusal ??= found;
      }
    }
    return { isTaken: false, refusal };
  }

  /** Signs a version with higher fees. @returns whether the limit allows one */
  async #raise(entry: InFlight): Promise<boolean> {
    const most = this.#limits.maxFeePerGas;
    const fees = raisedFees(parsed(entry.fees), await currentFees(this.#reader, most), most);
    if (fees === undefined) return false;
    const signed = await this.#sign(entry.duty, entry.nonce, BigInt(entry.gas), fees);
    // After a refusal it may be the same again.
    entry.signed = [...entry.signed.filter((version) => version !== signed), signed];
    entry.fees = printed(fees);
    entry.sentAt = Date.now();
    this.#save();
    return true;
  }

  #sign({ to, data }: Duty, nonce: number, gas: bigint, fees: Fees): Promise<Hex> {
    return this.#account.signTransaction({ type: "eip1559", chainId: this.#chainId, to, data, nonce, gas, ...fees });
  }

  /** Sends a signed transaction; one that the node has already, or that is mined, is no failure: `settle` sees what became of it. */
  async #broadcast(serializedTransaction: Hex): Promise<void> {
    try {
      await this.#reader.sendRawTransaction({ serializedTransaction });
    } catch (error) {
      if (!/already known|already imported|nonce too low|underpriced|already exists/i.test(messageOf(error)))
        throw error;
    }
  }

  /** Any version's receipt. */
  async #receiptOf({ signed }: InFlight): Promise<TransactionReceipt | undefined> {
    for (const version of [...signed].reverse()) {
      try {
        return await this.#reader.getTransactionReceipt({ hash: keccak256(version) });
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
      }
    }
    return undefined;
  }

  #drop(entry: InFlight): void {
    this.#inFlight = this.#inFlight.filter((other) => other !== entry);
  }

  #save(): void {
    writeFileAtomically(this.#file, JSON.stringify(this.#inFlight));
  }
}

function readInFlight(file: string): InFlight[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return JSON.parse(text) as InFlight[];
}

function newestHash({ signed }: InFlight): Hash {
  return keccak256(signed.at(-1)!);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${messageOf(error.cause)}` : "";
}

function printed({ maxFeePerGas, maxPriorityFeePerGas }: Fees): InFlight["fees"] {
  return { maxFeePerGas: maxFeePerGas.toString(), maxPriorityFeePerGas: maxPriorityFeePerGas.toString() };
}

function parsed({ maxFeePerGas, maxPriorityFeePerGas }: InFlight["fees"]): Fees {
  return { maxFeePerGas: BigInt(maxFeePerGas), maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas) };
}
