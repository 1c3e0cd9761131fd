// How busy a model is, and the factor by which that moves its price between its owner's bounds.

/** Least and most of the price, in basis points of the registered one. */
export interface PriceBounds {
  readonly least: number;
  readonly most: number;
}

const BPS = 10_000n;

/**
 * The price asked at a load: `ceil(base × f / 10,000)` with `f = least + floor((most − least) × min(1, load))`, so it never falls as the load rises.
 * @param base registered, base units per 1,000 tokens
 * @param load 0 (idle) and up; 1 is all places taken
 */
export function priceAt(base: bigint, { least, most }: PriceBounds, load: number): bigint {
  const factor = least + Math.floor((most - least) * Math.min(1, Math.max(0, load)));
  return (base * BigInt(factor) + BPS - 1n) / BPS;
}

/**
 * The share of a model's places that calls take, smoothed over time: between two changes the number of calls `c` is constant and the load tends to
 * `c / places` with the half-life, `load(t) = c/places + (load(0) − c/places) · 2^(−t / halfLife)`.
 */
export class Demand {
  readonly #places: number;
  readonly #halfLifeMs: number;
  readonly #now: () => number;
  #calls = 0;
  #load = 0;
  #at: number;

  /**
   * @param places calls at a time that count as fully busy
   * @param now milliseconds, monotonic
   */
  constructor(places: number, halfLifeMs: number, now: () => number = () => performance.now()) {
    this.#places = places;
    this.#halfLifeMs = halfLifeMs;
    this.#now = now;
    this.#at = now();
  }

  get calls(): number {
    return this.#calls;
  }

  /** 0 and up; above 1 while more calls wait than there are places. */
  load(): number {
    const now = this.#now();
    const target = this.#calls / this.#places;
    this.#load = target + (this.#load - target) * 2 ** (-(now - this.#at) / this.#halfLifeMs);
    this.#at = now;
    return this.#load;
  }

  /** Counts a call in. @returns what counts it out, once */
  begin(): () => void {
    this.load();
    this.#calls++;
    let isUnderWay = true;
    return () => {
      if (!isUnderWay) return;
      isUnderWay = false;
      this.load();
      this.#calls--;
    };
  }
}
