// Payers who ask one question after another, whatever becomes of the gateway, and write down what came of each.
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { APIError } from "openai";
import type { Address } from "viem";
import { questionOf } from "./expected.ts";
import { CallCut, type Payer } from "./payer.ts";
import type { Attempt } from "./reconcile.ts";

/** Between a call that failed and the next one. */
const PAUSE_MILLISECONDS = 20;

export interface LoadOptions {
  readonly model: string;
  readonly mostTokens: number;
  /** Of the gateway: how often it was killed, and was gone by a kill, by now. */
  readonly disruptions: () => number;
  /** Of so many calls that are answered one is followed by a refund; none by default. */
  readonly callsPerRefund?: number;
  /** After so many answered calls out of a channel its payer withdraws what is left of it on chain, and after one stream in two that was cut off; none by default. */
  readonly callsPerWithdrawal?: number;
}

/** A payer with a client's state. */
export interface Asking {
  readonly payer: Payer;
  /** Has what is left of its channel paid back. */
  readonly refund: () => Promise<unknown>;
  /** Announces the withdrawal of what is left on chain. @returns whether it is announced; then another channel is opened */
  readonly withdraw: () => Promise<boolean>;
}

export class Load {
  readonly attempts: Attempt[] = [];
  /** Calls that ended without a receipt, by their reason. */
  readonly failures = new Map<string, number>();
  /** That were answered as made. */
  refunds = 0;
  /** That were announced on chain. */
  withdrawals = 0;
  readonly #options: LoadOptions;
  readonly #working: Promise<void>[] = [];
  #isStopped = false;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /**
   * Has a payer ask until `stop`, half of its questions for a stream.
   * @param open anew after a refund of which it does not know whether it was made; another channel after a withdrawal
   */
  add(open: () => Asking, address: Address): void {
    this.#working.push(this.#askOn(open, address, this.#working.length));
  }

  /** Resolves when nothing is under way. @throws WrongReceipt where a payer was given one */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#working);
  }

  async #askOn(open: () => Asking, address: Address, number: number): Promise<void> {
    const { model, mostTokens, callsPerRefund, callsPerWithdrawal } = this.#options;
    let { payer, refund, withdraw } = open();
    let answered = 0;
    for (let count = 0; !this.#isStopped; count++) {
      const asked = questionOf(`payer ${number} call ${count}`, count);
      const { prompt } = asked;
      const before = this.#options.disruptions();
      const question = { model, prompt, mostTokens, temperature: 1, seed: count, isStreamed: randomInt(2) === 1 };
      let isAnswered = false;
      let isCut = false;
      try {
        const paid = await payer.ask(question);
        this.attempts.push({ payer: address, ...asked, received: paid.answer, paid, isKilled: false });
        isAnswered = true;
        answered++;
      } catch (error) {
        if (!(error instanceof CallCut)) throw error;
        const { received } = error;
        const isKilled = hasNoStatus(error) && this.#options.disruptions() !== before;
        this.attempts.push({ payer: address, ...asked, received, paid: undefined, isKilled });
        isCut = error.received !== "";
        const reason = reasonOf(error);
        this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
        await sleep(PAUSE_MILLISECONDS);
      }
      const isRefunded = isAnswered && callsPerRefund !== undefined && randomInt(callsPerRefund) === 0;
      if (isRefunded && !(await this.#refund(refund))) ({ payer, refund, withdraw } = open());
      if (callsPerWithdrawal === undefined || !(answered >= callsPerWithdrawal || (isCut && randomInt(2) === 0)))
        continue;
      if (await withdraw()) {
        this.withdrawals++;
        answered = 0;
        ({ payer, refund, withdraw } = open());
      }
    }
  }

  /** Whether it was made the chain tells, whatever came back. */
  async #refund(refund: () => Promise<unknown>): Promise<boolean> {
    try {
      await refund();
      this.refunds++;
      return true;
    } catch {
      await sleep(PAUSE_MILLISECONDS);
      return false;
    }
  }
}

/** Whether nothing, or no end, of an answer came: what the gateway refuses has a status. */
function hasNoStatus({ cause }: CallCut): boolean {
  return !(cause instanceof APIError) || cause.status === undefined;
}

/** What the client says, without what differs from call to call. */
function reasonOf({ cause }: CallCut): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/0x[0-9a-f]+|\d{4,}/gi, "…");
}
