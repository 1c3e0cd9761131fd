// How long prompts and answers are kept: until their settlement is attributed, or never will be, and as long as the operator says.
import type { Books } from "../books/books.ts";
import type { Standing } from "@tributary/protocol/settlement-standing";
import type { Tell } from "./chain.ts";

export interface RetentionOptions {
  readonly books: Pick<Books, "settlements" | "forget">;
  /** Texts are kept so long; for ever if undefined. */
  readonly keepSeconds: number | undefined;
  /** Where a settlement stands, by its number on chain. */
  readonly standingOf: (settlement: bigint) => Promise<Pick<Standing, "what">>;
  readonly tell: Tell;
  /** Milliseconds. */
  readonly now?: () => number;
}

export class Retention {
  readonly #options: RetentionOptions;
  /** Settlements whose texts nobody needs any more: they need not be looked at again. */
  readonly #forgettable = new Set<number>();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Forgets texts whose time is over. Receipts stay: a channel's totals and demands for inclusion rest on them. */
  async look(): Promise<void> {
    const { books, keepSeconds, standingOf, tell, now = Date.now } = this.#options;
    if (keepSeconds === undefined) return;
    for (const { number, state, onChain } of await books.settlements()) {
      if (state !== "closed" || onChain === undefined || this.#forgettable.has(number)) continue;
      const { what } = await standingOf(onChain);
      if (what !== "waiting") this.#forgettable.add(number);
    }
    if (this.#forgettable.size === 0) return;
    const before = Math.floor(now() / 1_000) - keepSeconds;
    const forgotten = await books.forget(before, [...this.#forgettable]);
    if (forgotten > 0) tell("forgot texts", { receipts: forgotten });
  }
}
