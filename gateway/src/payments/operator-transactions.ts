// Numbers the operator's transactions, sends those again that a node has dropped, and raises the fees of those that are not mined: else all that come after one would wait for its number.
import {
  type Chain,
  type Hex,
  keccak256,
  type LocalAccount,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  type TransactionSerializableEIP1559,
  type Transport,
  type WalletClient,
} from "viem";
import { minedReceipt } from "../settlement/mined.ts";
import { OneAtATime } from "../settlement/one-at-a-time.ts";
import { isKnown } from "../settlement/send.ts";

export type OperatorWallet = WalletClient<Transport, Chain, LocalAccount>;

export interface OperatorOptions {
  /** How long a transaction is waited for. */
  readonly waitMilliseconds?: number;
  /** How often it is sent again meanwhile. */
  readonly resendMilliseconds?: number;
  /** How long one is not mined before its fees are raised. */
  readonly raiseMilliseconds?: number;
}

/** For a deposit or a refund, whose call waits for it. */
const WAIT_MILLISECONDS = 180_000;
const RAISE_MILLISECONDS = 30_000;
/** A node takes another in a transaction's place whose fees are both a tenth higher, or an eighth. */
const raised = (fee: bigint): bigint => (fee * 5n) / 4n + 1n;
/** Times the chain's present fees, above which none are raised. */
const MOST_TIMES = 3n;
/** Of so many whose fees were raised, what became of them can still be asked. */
const REPLACED_KEPT = 1_000;
/** For so long a node that lags behind may not count a transaction that another has told of as mined. */
const LAG_MILLISECONDS = 60_000;

interface Sent {
  /** All that were signed under its number for the same call: the first names it, and one at most is mined. */
  readonly hashes: [Hex, ...Hex[]];
  /** Of the last of them. */
  raw: Hex;
  transaction: TransactionSerializableEIP1559;
  /** By the process's clock. */
  signedAt: number;
  /** By the process's clock: when its number is the node's to say again. */
  until: number;
}

/** Of one account, from which nothing else is sent. */
export class OperatorTransactions {
  readonly #client: PublicClient;
  readonly #wallet: OperatorWallet;
  readonly #options: OperatorOptions & Required<Pick<OperatorOptions, "waitMilliseconds" | "raiseMilliseconds">>;
  readonly #sending = new OneAtATime();
  readonly #sent = new Map<number, Sent>();
  /** Those that nobody waits for any more, and that may be what others wait for. */
  readonly #overdue = new Map<number, Sent>();
  /** Of each first hash the one that was mined, where that is another. */
  readonly #minedAs = new Map<Hex, Hex>();
  /** Of each first hash all, where fees were raised. */
  readonly #replaced = new Map<Hex, readonly Hex[]>();
  #isClosed = false;

  constructor(client: PublicClient, wallet: OperatorWallet, options: OperatorOptions = {}) {
    this.#client = client;
    this.#wallet = wallet;
    this.#options = { waitMilliseconds: WAIT_MILLISECONDS, raiseMilliseconds: RAISE_MILLISECONDS, ...options };
  }

  /**
   * Sends a transaction under the next number.
   * @param send by which viem makes, signs and sends it: with this account, under this number
   */
  send(send: (as: { account: LocalAccount; nonce: number }) => Promise<Hex>): Promise<Hex> {
    return this.#sending.run(async () => {
      const nonce = await this.#next();
      let raw: Hex | undefined;
      let transaction: TransactionSerializableEIP1559 | undefined;
      const { account } = this.#wallet;
      const signTransaction: LocalAccount["signTransaction"] = async (...args) => {
        transaction = args[0] as TransactionSerializableEIP1559;
        return (raw = await account.signTransaction(...args));
      };
      const hash = await send({ account: { ...account, signTransaction }, nonce }).catch((error: unknown) => {
        // An answer was lost, and the node asked again.
        if (raw !== undefined && isKnown(error)) return keccak256(raw);
        throw error;
      });
      const signedAt = performance.now();
      const until = signedAt + this.#options.waitMilliseconds;
      this.#overdue.delete(nonce);
      this.#sent.set(nonce, { hashes: [hash], raw: raw!, transaction: transaction!, signedAt, until });
      return hash;
    });
  }

  /**
   * Waits until a transaction is mined, and sends it again meanwhile, later with higher fees; so too those before it that nobody waits for.
   * @param hash that `send` answered
   * @returns the receipt of the one that was mined under its number
   * @throws Error if none is mined in time, or the node does not answer; its number is then the next one that the node names
   */
  async mined(hash: Hex): Promise<TransactionReceipt> {
    const [nonce, sent] = [...this.#sent, ...this.#overdue].find(([, each]) => each.hashes[0] === hash) ?? [];
    const { waitMilliseconds: mostMilliseconds, resendMilliseconds } = this.#options;
    const resend = async (): Promise<void> => {
      if (nonce === undefined || sent === undefined) return;
      await this.#sendOverdue(nonce);
      await this.#sendAgain(sent);
    };
    const reader = {
      getBlockNumber: this.#client.getBlockNumber,
      getTransactionReceipt: () => this.#receiptOf(sent?.hashes ?? this.#replaced.get(hash) ?? [hash]),
    };
    const wait = { mostMilliseconds, resend, resendMilliseconds };
    try {
      const receipt = await minedReceipt(reader, this.#wallet.chain.id, hash, wait);
      if (sent !== undefined) sent.until = performance.now() + LAG_MILLISECONDS;
      if (receipt.transactionHash !== hash) this.#minedAs.set(hash, receipt.transactionHash);
      return receipt;
    } catch (error) {
      if (nonce !== undefined && sent !== undefined && this.#sent.get(nonce) === sent) {
        this.#sent.delete(nonce);
        this.#overdue.set(nonce, sent);
      }
      throw error;
    }
  }

  /** The hash of the one that was mined for a call that `mined` answered; can be asked once. */
  takeMinedAs(hash: string): string {
    const mined = this.#minedAs.get(hash as Hex) ?? hash;
    this.#minedAs.delete(hash as Hex);
    return mined;
  }

  /** Nothing is sent again from here on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Of the one that was mined. */
  async #receiptOf(hashes: readonly Hex[]): Promise<TransactionReceipt> {
    for (const hash of hashes) {
      try {
        return await this.#client.getTransactionReceipt({ hash });
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
      }
    }
    throw new TransactionReceiptNotFoundError({ hash: hashes[0]! });
  }

  /** Those below a number that the chain does not count. */
  async #sendOverdue(below: number): Promise<void> {
    if (this.#overdue.size === 0) return;
    const next = await this.#client.getTransactionCount({ address: this.#wallet.account.address });
    for (const [nonce, sent] of this.#overdue)
      if (nonce < next) this.#overdue.delete(nonce);
      else if (nonce < below) await this.#sendAgain(sent).catch(() => undefined);
  }

  async #sendAgain(sent: Sent): Promise<void> {
    if (this.#isClosed) return;
    if (performance.now() - sent.signedAt >= this.#options.raiseMilliseconds)
      // It is sent as it is where the chain's fees can't be told.
      await this.#raise(sent).catch(() => undefined);
    if (!this.#isClosed) await this.#client.sendRawTransaction({ serializedTransaction: sent.raw });
  }

  /** Signs the same call again under its number, with fees that a node takes in place of those before. */
  async #raise(sent: Sent): Promise<void> {
    // Before all else, so that two that wait raise it once.
    sent.signedAt = performance.now();
    const now = await this.#client.estimateFeesPerGas();
    const { maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = sent.transaction;
    const fees = {
      maxFeePerGas: most(raised(maxFeePerGas), now.maxFeePerGas),
      maxPriorityFeePerGas: most(raised(maxPriorityFeePerGas), now.maxPriorityFeePerGas),
    };
    if (fees.maxFeePerGas > MOST_TIMES * now.maxFeePerGas) return;
    const transaction = { ...sent.transaction, ...fees };
    sent.raw = await this.#wallet.account.signTransaction(transaction);
    sent.transaction = transaction;
    sent.hashes.push(keccak256(sent.raw));
    this.#replaced.set(sent.hashes[0], sent.hashes);
    for (const hash of this.#replaced.keys())
      if (this.#replaced.size > REPLACED_KEPT) this.#replaced.delete(hash);
      else break;
  }

  /** The lowest number that no transaction has: neither one that the node counts, nor one of these. */
  async #next(): Promise<number> {
    const { address } = this.#wallet.account;
    for (const [nonce, { until }] of this.#sent) if (until < performance.now()) this.#sent.delete(nonce);
    let next = await this.#client.getTransactionCount({ address, blockTag: "pending" });
    while (this.#sent.has(next)) next++;
    return next;
  }
}

function most(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
