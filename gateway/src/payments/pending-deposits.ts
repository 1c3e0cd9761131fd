// Deposits that are sent and not mined yet, as the official facilitator keeps them: each is waited for again by the very same payment alone.
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { InMemoryPendingSettlementStore, type PendingSettlementStore } from "@x402/core/facilitator";

/**
 * The facilitator names a deposit by its signature's text, and verifies nothing of a payment whose name it knows. That text is the payer's to choose where its account is
 * a contract that says yes to it, so here the whole payment belongs to the name: another channel's is another.
 */
export class PendingDeposits implements PendingSettlementStore {
  readonly #store = new InMemoryPendingSettlementStore();
  readonly #payment = new AsyncLocalStorage<string>();

  /** Runs what settles a payment. @param payload of it */
  settling<Value>(payload: unknown, settle: () => Promise<Value>): Promise<Value> {
    return this.#payment.run(createHash("sha256").update(JSON.stringify(payload)).digest("hex"), settle);
  }

  get(key: string): Promise<string | undefined> {
    return this.#store.get(this.#nameOf(key));
  }

  set(key: string, txHash: string): Promise<void> {
    return this.#store.set(this.#nameOf(key), txHash);
  }

  delete(key: string): Promise<void> {
    return this.#store.delete(this.#nameOf(key));
  }

  #nameOf(key: string): string {
    const payment = this.#payment.getStore();
    if (payment === undefined) throw new Error("a deposit was looked for outside the settling of its payment");
    return `${payment} ${key}`;
  }
}
