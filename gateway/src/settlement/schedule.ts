// When what is done: settlements every so often or above an amount, withdrawals and demands all the time, texts forgotten when nobody needs them.
import type { Address } from "viem";
import type { Settler } from "./settler.ts";
import type { Tell } from "./chain.ts";

/** A till with the versions whose calls it is paid for. */
export interface SoldTill {
  readonly till: Address;
  readonly versions: readonly bigint[];
}

export interface ScheduleOptions {
  readonly settler: Pick<Settler, "settle" | "finishOpen" | "owed">;
  readonly tills: () => readonly SoldTill[];
  /** Seconds from one settlement of a till to the next. */
  readonly everySeconds: number;
  /** Base units that a till's channels owe above which it is settled at once; never if left out. */
  readonly aboveAmount?: bigint | undefined;
  /** Seconds between two looks at the chain. */
  readonly lookSeconds: number;
  /** What else is looked at each time, each by itself: withdrawals, demands, retention. */
  readonly duties: Readonly<Record<string, () => Promise<unknown>>>;
  readonly tell: Tell;
}

/** Runs until it is stopped. What fails is told and tried again at the next look: a node that is away stops nothing for longer than it is away. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #settledAt = new Map<string, number>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { tills, settler } = this.#options;
    const begun = Date.now();
    for (const { till } of tills()) {
      this.#settledAt.set(till, begun);
      await this.#attempt("finish open settlements", () => settler.finishOpen(till));
    }
    while (!this.#stopping.signal.aborted) {
      await this.look();
      await pause(this.#options.lookSeconds * 1_000, this.#stopping.signal);
    }
  }

  /** One look: every duty, and every till that is due. */
  async look(): Promise<void> {
    for (const [name, duty] of Object.entries(this.#options.duties)) await this.#attempt(name, duty);
    for (const sold of this.#options.tills()) await this.#attempt(`settle ${sold.till}`, () => this.#settleIfDue(sold));
  }

  async #settleIfDue({ till, versions }: SoldTill): Promise<void> {
    const { everySeconds, aboveAmount, settler } = this.#options;
    const since = (Date.now() - (this.#settledAt.get(till) ?? 0)) / 1_000;
    const isDue = since >= everySeconds || (aboveAmount !== undefined && (await settler.owed(till)) >= aboveAmount);
    if (!isDue) return;
    for (const version of versions) await settler.settle(till, version);
    this.#settledAt.set(till, Date.now());
  }

  async #attempt(what: string, act: () => Promise<unknown>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await act();
    } catch (error) {
      this.#options.tell("failed", { what, error: (error as Error).message });
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
