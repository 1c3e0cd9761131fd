// Looks again and again at what the gateway depends on, so that whoever asks is answered at once, by what was last seen.
import { reasonOf } from "@tributary/protocol/reason";
import type { Log } from "../server/log.ts";

/** A thing that is looked at. */
export interface Check {
  /** What is said where the look itself fails; it is shown to anybody, so it names no address of the operator's. */
  readonly failure: string;
  /** @returns why the gateway is not ready on this ground; none if it is */
  readonly look: () => Promise<readonly string[]>;
}

export interface HealthOptions {
  readonly checks: readonly Check[];
  /** Between two looks. */
  readonly everyMilliseconds: number;
  /** A look that takes longer counts as failed. */
  readonly mostMilliseconds: number;
  readonly log: Log;
}

export class Health {
  readonly #options: HealthOptions;
  readonly #found = new Map<Check, readonly string[]>();
  /** Looks that have not ended, however long ago they began: of each check at most one. */
  readonly #underWay = new Set<Check>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Why the gateway is not ready, by the last look. */
  obstacles(): string[] {
    return this.#options.checks.flatMap((check) => this.#found.get(check) ?? []);
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), this.#options.everyMilliseconds);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks at everything once, for as long as a look may take at most. It never throws. */
  async look(): Promise<void> {
    await Promise.all(this.#options.checks.map((check) => this.#lookAt(check)));
  }

  async #lookAt(check: Check): Promise<void> {
    const { mostMilliseconds, log } = this.#options;
    const before = this.#found.get(check) ?? [];
    let found: readonly string[] = [check.failure];
    let reason: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer in ${mostMilliseconds} ms`));
      }, mostMilliseconds);
    });
    try {
      if (this.#underWay.has(check)) return;
      this.#underWay.add(check);
      const look = check.look().finally(() => this.#underWay.delete(check));
      found = await Promise.race([look, late]);
    } catch (error) {
      reason = reasonOf(error);
    } finally {
      clearTimeout(timer);
    }
    this.#found.set(check, found);
    if (found.join() === before.join()) return;
    if (found.length > 0) log.warn({ event: "not ready", reasons: found, ...(reason !== undefined && { reason }) });
    else log.info({ event: "ready again", reasons: before });
  }
}
