// How a model's upstream has done lately: its latency, and how often it failed.

/** Weight of the latest call. */
const LATEST = 0.2;
/** Failures are forgotten with time too, so that a model that was avoided is tried again. */
const FORGET_HALF_LIFE_MS = 60_000;

/** Exponentially weighted moving averages over calls. */
export class TrackRecord {
  readonly #now: () => number;
  #latencyMs: number | undefined;
  /** The longest that callers waited in vain since the last answer. */
  #waitedMs: number | undefined;
  #errors = 0;
  #at: number;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /** From a call to the first of its answer, milliseconds, or more if callers waited longer in vain since; undefined before any of both. */
  get latencyMs(): number | undefined {
    if (this.#waitedMs === undefined) return this.#latencyMs;
    return Math.max(this.#latencyMs ?? 0, this.#waitedMs);
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
    this.#waitedMs = undefined;
    this.#errors = mix(this.errors, 0);
  }

  /** A caller gave up before anything came: an upstream that hangs is no fault that it reports, and has no latency else. */
  waited(milliseconds: number): void {
    this.#waitedMs = Math.max(this.#waitedMs ?? 0, milliseconds);
  }

  failed(): void {
    this.#errors = mix(this.errors, 1);
  }
}

function mix(before: number, latest: number): number {
  return before + LATEST * (latest - before);
}
