// The prices of a model that were asked lately: a call is paid at what it was quoted, if that was not long ago.
import type { Prices } from "./offer.ts";

interface Asked {
  readonly prices: Prices;
  readonly from: number;
  /** When they were last what was asked. */
  until: number;
}

/**
 * Prices move at most once a step, so a list of those asked within the last quote's life is short. A client whose 402 named a sum pays that sum: the sum
 * is compared with what the same body costs at each of these prices, so nothing is kept per call and a restart only makes clients ask again.
 */
export class PriceList {
  readonly #read: () => Prices;
  readonly #stepMs: number;
  readonly #lifeMs: number;
  readonly #now: () => number;
  /** Newest first. */
  #asked: Asked[] = [];

  /**
   * @param read the price of this moment
   * @param life how long a quote holds after it was last asked
   * @param now milliseconds, monotonic
   */
  constructor(
    read: () => Prices,
    { stepMs, lifeMs }: { stepMs: number; lifeMs: number },
    now: () => number = () => performance.now(),
  ) {
    this.#read = read;
    this.#stepMs = stepMs;
    this.#lifeMs = lifeMs;
    this.#now = now;
  }

  /** What is asked now. */
  current(): Prices {
    const now = this.#now();
    const last = this.#asked[0];
    if (last !== undefined && now < last.from + this.#stepMs) {
      last.until = now;
      return last.prices;
    }
    const prices = this.#read();
    this.#asked = [{ prices, from: now, until: now }, ...this.#asked.filter((asked) => this.#holds(asked, now))];
    return prices;
  }

  /** All prices at which a call may be paid now, the present one first. */
  held(): Prices[] {
    this.current();
    const now = this.#now();
    return this.#asked.filter((asked) => this.#holds(asked, now)).map(({ prices }) => prices);
  }

  #holds(asked: Asked, now: number): boolean {
    return now <= asked.until + this.#lifeMs;
  }
}
