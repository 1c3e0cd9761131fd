// Numbers the operator's transactions, and sends those again that a node has dropped: else all that come after one would wait for its number.
import {
  type Chain,
  type Hex,
  keccak256,
  type LocalAccount,
  type PublicClient,
  type TransactionReceipt,
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
}

/** For a deposit or a refund, whose call waits for it. */
const WAIT_MILLISECONDS = 180_000;
/** For so long a node that lags behind may not count a transaction that another has told of as mined. */
const LAG_MILLISECONDS = 60_000;

interface Sent {
  readonly hash: Hex;
  readonly raw: Hex;
  /** By the process's clock: when its number is the node's to say again. */
  until: number;
}

/** Of one account, from which nothing else is sent. */
export class OperatorTransactions {
  readonly #client: PublicClient;
  readonly #wallet: OperatorWallet;
  readonly #options: OperatorOptions & Required<Pick<OperatorOptions, "waitMilliseconds">>;
  readonly #sending = new OneAtATime();
  readonly #sent = new Map<number, Sent>();
  #isClosed = false;

  constructor(client: PublicClient, wallet: OperatorWallet, options: OperatorOptions = {}) {
    this.#client = client;
    this.#wallet = wallet;
    this.#options = { waitMilliseconds: WAIT_MILLISECONDS, ...options };
  }

  /**
   * Sends a transaction under the next number.
   * @param send by which viem makes, signs and sends it: with this account, under this number
   */
  send(send: (as: { account: LocalAccount; nonce: number }) => Promise<Hex>): Promise<Hex> {
    return this.#sending.run(async () => {
      const nonce = await this.#next();
      let raw: Hex | undefined;
      const { account } = this.#wallet;
      const signTransaction: LocalAccount["signTransaction"] = async (...args) =>
        (raw = await account.signTransaction(...args));
      const hash = await send({ account: { ...account, signTransaction }, nonce }).catch((error: unknown) => {
        // An answer was lost, and the node asked again.
        if (raw !== undefined && isKnown(error)) return keccak256(raw);
        throw error;
      });
      this.#sent.set(nonce, { hash, raw: raw!, until: performance.now() + this.#options.waitMilliseconds });
      return hash;
    });
  }

  /**
   * Waits until a transaction is mined, and sends it again meanwhile.
   * @throws Error if it is not mined in time, or the node does not answer; its number is then the next one that the node names
   */
  async mined(hash: Hex): Promise<TransactionReceipt> {
    const [nonce, sent] = [...this.#sent].find(([, each]) => each.hash === hash) ?? [];
    const { waitMilliseconds: mostMilliseconds, resendMilliseconds } = this.#options;
    const resend = async (): Promise<void> => {
      if (sent !== undefined && !this.#isClosed)
        await this.#client.sendRawTransaction({ serializedTransaction: sent.raw });
    };
    const wait = { mostMilliseconds, resend, resendMilliseconds };
    try {
      const receipt = await minedReceipt(this.#client, this.#wallet.chain.id, hash, wait);
      if (sent !== undefined) sent.until = performance.now() + LAG_MILLISECONDS;
      return receipt;
    } catch (error) {
      if (nonce !== undefined && this.#sent.get(nonce) === sent) this.#sent.delete(nonce);
      throw error;
    }
  }

  /** Nothing is sent again from here on. */
  close(): void {
    this.#isClosed = true;
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
