// How a model's upstream has done lately: its latency, and how often it failed.

/** Weight of the latest call. */
const LATEST = 0.2;
/** Failures are forgotten with time too, so that a model that was avoided is tried again. */
const FORGET_HALF_LIFE_MS = 60_000;

/** Exponentially weighted moving averages over calls. */
export class TrackRecord {
  readonly #now: () => number;
  #latencyMs: number | undefined;
  #errors = 0;
  #at: number;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /** From a call to the first of its answer, milliseconds; undefined before the first one. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** Share of calls that the upstream failed, 0 … 1. */
  get errors(): number {
    const now = this.#now();
    this.#errors *= 2 ** (-(now - this.#at) / FORGET_HALF_LIFE_MS);
    this.#at = now;
    return this.#errors;
  }

  answered(latencyMs: number): void {
    this.#latencyMs = this.#latencyMs === undefined ? latencyMs : mix(this.#latencyMs, latencyMs);
    this.#errors = mix(this.errors, 0);
  }

  failed(): void {
    this.#errors = mix(this.errors, 1);
  }
}

function mix(before: number, latest: number): number {
  return before + LATEST * (latest - before);
}
