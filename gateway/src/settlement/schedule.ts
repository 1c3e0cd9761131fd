// When what is done: settlements every so often or above an amount; demands and forgetting at every look; withdrawals at every look and while a settlement is under way.
import type { Address } from "viem";
import { reasonOf } from "@tributary/protocol/reason";
import type { Tell } from "./chain.ts";
import { settleThrough } from "./settle-through.ts";

export interface ScheduleOptions {
  readonly settle: (till: Address, version: bigint) => Promise<readonly unknown[]>;
  readonly finishOpen: (till: Address) => Promise<unknown>;
  /** What a till's channels were charged beyond what was claimed of them, base units. */
  readonly owed: (till: Address) => Promise<bigint>;
  /** Tills with the versions that receipts in no settlement are of, and when the oldest of these was issued, Unix seconds. */
  readonly unsettled: () => Promise<
    readonly { readonly till: Address; readonly version: bigint; readonly since: number }[]
  >;
  /** Tills with settlements that are not closed. */
  readonly open: () => Promise<readonly Address[]>;
  /** How long a receipt waits at most, seconds; also from one settlement of a till to the next where some of it could not be claimed. */
  readonly everySeconds: number;
  /** Base units above which a till is settled at once; never if left out. */
  readonly aboveAmount?: bigint | undefined;
  /** Seconds between two looks. */
  readonly lookSeconds: number;
  /** What can't wait for a settlement: done at each look, and every `lookSeconds` while the rest of one is under way, each by itself. */
  readonly urgent: Readonly<Record<string, () => Promise<unknown>>>;
  /** What else is done at each look, each by itself. */
  readonly duties: Readonly<Record<string, () => Promise<unknown>>>;
  readonly tell: Tell;
}

/** Runs until it is stopped. What fails is told and tried again at the next look: a node that is away stops nothing for longer than it is away. */
export class Schedule {
  readonly #options: ScheduleOptions;
  /** Milliseconds. Only lets what cannot be claimed wait: that a till is due follows from its receipts, which outlast a restart. */
  readonly #settledAt = new Map<Address, number>();
  /** What the last settlement of a till left unclaimed, base units. */
  readonly #left = new Map<Address, bigint>();
  readonly #stopping = new AbortController();
  /** How often in a row each thing failed. */
  readonly #failures = new Map<string, number>();
  readonly #attempted = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** What failed as often in a row, and has not been done since. */
  failing(times: number): string[] {
    return [...this.#failures].flatMap(([what, count]) => (count >= times ? [what] : []));
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after what is under way, and begins nothing. */
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

  /** One look: what is urgent, every duty, settlements that were begun, and every till that is due. */
  async look(): Promise<void> {
    this.#attempted.clear();
    await this.#attemptAll(this.#options.urgent);
    const rest = new AbortController();
    const watching = this.#watch(rest.signal);
    try {
      await this.#lookAtRest();
    } finally {
      rest.abort();
      await watching;
    }
    // What there is nothing of any more doesn't fail either.
    for (const what of this.#failures.keys()) if (!this.#attempted.has(what)) this.#failures.delete(what);
  }

  /** Does what is urgent again and again, until the signal. */
  async #watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#options.lookSeconds * 1_000, signal);
      if (signal.aborted) return;
      await this.#attemptAll(this.#options.urgent);
    }
  }

  async #attemptAll(duties: ScheduleOptions["duties"]): Promise<void> {
    for (const [name, duty] of Object.entries(duties)) await this.#attempt(name, duty);
  }

  async #lookAtRest(): Promise<void> {
    const { duties, open, unsettled, finishOpen } = this.#options;
    await this.#attemptAll(duties);
    await this.#attempt("look at open settlements", async () => {
      for (const till of new Set(await open())) await this.#attempt(`settle ${till}`, () => finishOpen(till));
    });
    await this.#attempt("look at tills", async () => {
      const oldest = new Map<Address, number>();
      for (const { till, since } of await unsettled()) oldest.set(till, Math.min(since, oldest.get(till) ?? since));
      for (const [till, since] of oldest)
        await this.#attempt(`settle ${till}`, () => this.#settleIfDue(till, since * 1_000));
    });
  }

  async #settleIfDue(till: Address, oldest: number): Promise<void> {
    const { everySeconds, aboveAmount, owed } = this.#options;
    const waited = Math.max(0, Date.now() - Math.max(oldest, this.#settledAt.get(till) ?? 0)) / 1_000;
    if (waited < everySeconds && (aboveAmount === undefined || (await this.#owedSince(till)) < aboveAmount)) return;
    await settleThrough(this.#options, till, () => Promise.resolve(this.#stopping.signal.aborted));
    this.#settledAt.set(till, Date.now());
    if (aboveAmount !== undefined) this.#left.set(till, await owed(till));
  }

  /** What came to be owed since the last settlement: what that had to leave, as its channel is empty, waits for the next one of its time, or else each look would make one. */
  async #owedSince(till: Address): Promise<bigint> {
    const owes = await this.#options.owed(till);
    const left = this.#left.get(till) ?? 0n;
    if (owes < left) this.#left.set(till, owes);
    return owes < left ? 0n : owes - left;
  }

  async #attempt(what: string, act: () => Promise<unknown>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#attempted.add(what);
    try {
      await act();
      this.#failures.delete(what);
    } catch (error) {
      if (this.#stopping.signal.aborted) {
        this.#options.tell("left for the next start", { what, reason: reasonOf(error) });
        return;
      }
      this.#failures.set(what, (this.#failures.get(what) ?? 0) + 1);
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
