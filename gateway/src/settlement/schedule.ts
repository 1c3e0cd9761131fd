// When what is done: settlements every so often or above an amount; withdrawals, demands and forgetting at every look.
import type { Address } from "viem";
import { reasonOf } from "../reason.ts";
import type { Tell } from "./chain.ts";
import { settleThrough } from "./settle-through.ts";

export interface ScheduleOptions {
  readonly settle: (till: Address, version: bigint) => Promise<readonly unknown[]>;
  readonly finishOpen: (till: Address) => Promise<unknown>;
  /** What a till's channels were charged beyond what was claimed of them, base units. */
  readonly owed: (till: Address) => Promise<bigint>;
  /** Tills with the versions that receipts in no settlement are of. */
  readonly unsettled: () => Promise<readonly { readonly till: Address; readonly version: bigint }[]>;
  /** Tills with settlements that are not closed. */
  readonly open: () => Promise<readonly Address[]>;
  /** Seconds from one settlement of a till to the next. */
  readonly everySeconds: number;
  /** Base units above which a till is settled at once; never if left out. */
  readonly aboveAmount?: bigint | undefined;
  /** Seconds between two looks. */
  readonly lookSeconds: number;
  /** What else is done at each look, each by itself. */
  readonly duties: Readonly<Record<string, () => Promise<unknown>>>;
  readonly tell: Tell;
}

/** Runs until it is stopped. What fails is told and tried again at the next look: a node that is away stops nothing for longer than it is away. */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #settledAt = new Map<Address, number>();
  readonly #begun = Date.now();
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
    while (!this.#stopping.signal.aborted) {
      await this.look();
      await pause(this.#options.lookSeconds * 1_000, this.#stopping.signal);
    }
  }

  /** One look: every duty, settlements that were begun, and every till that is due. */
  async look(): Promise<void> {
    const { duties, open, unsettled, finishOpen } = this.#options;
    for (const [name, duty] of Object.entries(duties)) await this.#attempt(name, duty);
    await this.#attempt("look at open settlements", async () => {
      for (const till of new Set(await open())) await this.#attempt(`settle ${till}`, () => finishOpen(till));
    });
    await this.#attempt("look at tills", async () => {
      for (const till of new Set((await unsettled()).map((each) => each.till)))
        await this.#attempt(`settle ${till}`, () => this.#settleIfDue(till));
    });
  }

  async #settleIfDue(till: Address): Promise<void> {
    const { everySeconds, aboveAmount, owed } = this.#options;
    const since = (Date.now() - (this.#settledAt.get(till) ?? this.#begun)) / 1_000;
    if (since < everySeconds && (aboveAmount === undefined || (await owed(till)) < aboveAmount)) return;
    await settleThrough(this.#options, till);
    this.#settledAt.set(till, Date.now());
  }

  async #attempt(what: string, act: () => Promise<unknown>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await act();
    } catch (error) {
      this.#options.tell("failed", { what, reason: reasonOf(error) });
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
