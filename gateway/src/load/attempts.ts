// Payers who ask one question after another, whatever becomes of the gateway, and write down what came of each.
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "viem";
import { CallCut, type Payer } from "./payer.ts";
import type { Attempt } from "./reconcile.ts";

/** Between a call that failed and the next one. */
const PAUSE_MILLISECONDS = 20;

export interface LoadOptions {
  readonly model: string;
  readonly mostTokens: number;
  /** What a prompt says besides its number. */
  readonly prompt: string;
  /** Of so many calls one is followed by a refund; none by default. */
  readonly callsPerRefund?: number;
}

export class Load {
  readonly attempts: Attempt[] = [];
  /** Calls that ended without a receipt, by their reason. */
  readonly failures = new Map<string, number>();
  /** That were answered as made. */
  refunds = 0;
  readonly #options: LoadOptions;
  readonly #working: Promise<void>[] = [];
  #isStopped = false;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /**
   * Has `payer` ask until `stop`, half of its questions for a stream.
   * @param refund has what is left of its channel paid back
   */
  add(payer: Payer, address: Address, refund?: () => Promise<unknown>): void {
    this.#working.push(this.#askOn(payer, address, this.#working.length, refund));
  }

  /** Resolves when nothing is under way. @throws WrongReceipt where a payer was given one */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#working);
  }

  async #askOn(payer: Payer, address: Address, number: number, refund?: () => Promise<unknown>): Promise<void> {
    const { model, mostTokens, callsPerRefund } = this.#options;
    for (let count = 0; !this.#isStopped; count++) {
      const prompt = `payer ${number} call ${count} ${this.#options.prompt}`;
      const question = { model, prompt, mostTokens, temperature: 1, seed: count, isStreamed: randomInt(2) === 1 };
      try {
        const paid = await payer.ask(question);
        this.attempts.push({ payer: address, prompt, received: paid.answer, paid });
      } catch (error) {
        if (!(error instanceof CallCut)) throw error;
        this.attempts.push({ payer: address, prompt, received: error.received, paid: undefined });
        const reason = reasonOf(error);
        this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
        await sleep(PAUSE_MILLISECONDS);
      }
      if (refund !== undefined && callsPerRefund !== undefined && randomInt(callsPerRefund) === 0)
        await this.#refund(refund);
    }
  }

  /** Whether it was made the chain tells, whatever came back. */
  async #refund(refund: () => Promise<unknown>): Promise<void> {
    try {
      await refund();
      this.refunds++;
    } catch {
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}

/** What the client says, without what differs from call to call. */
function reasonOf({ cause }: CallCut): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/0x[0-9a-f]+|\d{4,}/gi, "…");
}
