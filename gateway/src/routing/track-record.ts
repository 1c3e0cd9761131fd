// How a model's upstream has done lately: its latency, and how often it failed.

/** Weight of the latest call. */
const LATEST = 0.2;
/** What was measured is forgotten with time too, so that a model that was avoided is tried again. */
const FORGET_HALF_LIFE_MS = 60_000;
const FORGET_LATENCY_HALF_LIFE_MS = 300_000;
/** A caller who waited in vain counts as so many times the latency at most: anybody may wait and leave, and pays nothing for it. */
const MOST_WAITED = 4;

/** Exponentially weighted moving averages over calls. */
export class TrackRecord {
  readonly #now: () => number;
  readonly #latencies = { streamed: undefined, whole: undefined } as Record<"streamed" | "whole", Measured | undefined>;
  #errors = 0;
  #at: number;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /**
   * From a call to the first of its answer, milliseconds, which halves with each five minutes without a call; undefined before the first.
   * @param isStream the first of a whole answer is all of it, so that they are not compared with each other
   */
  latencyMs(isStream: boolean): number | undefined {
    const measured = this.#latencies[isStream ? "streamed" : "whole"];
    return measured && measured.milliseconds * this.#left(measured.at, FORGET_LATENCY_HALF_LIFE_MS);
  }

  /** Share of calls that the upstream failed, 0 … 1. */
  get errors(): number {
    this.#errors *= this.#left(this.#at, FORGET_HALF_LIFE_MS);
    this.#at = this.#now();
    return this.#errors;
  }

  answered(isStream: boolean, latencyMs: number): void {
    this.#measure(isStream, latencyMs);
    this.#errors = mix(this.errors, 0);
  }

  /** A caller gave up before anything came: an upstream that hangs is no fault that it reports, and has no latency else. */
  waited(isStream: boolean, milliseconds: number): void {
    const known = this.latencyMs(isStream);
    if (known === undefined) this.#measure(isStream, milliseconds);
    else if (milliseconds > known) this.#measure(isStream, Math.min(milliseconds, MOST_WAITED * known));
  }

  failed(): void {
    this.#errors = mix(this.errors, 1);
  }

  #measure(isStream: boolean, milliseconds: number): void {
    const known = this.latencyMs(isStream);
    this.#latencies[isStream ? "streamed" : "whole"] = {
      milliseconds: known === undefined ? milliseconds : mix(known, milliseconds),
      at: this.#now(),
    };
  }

  /** What time has left of something that was measured then. */
  #left(at: number, halfLifeMs: number): number {
    return 2 ** (-(this.#now() - at) / halfLifeMs);
  }
}

interface Measured {
  readonly milliseconds: number;
  readonly at: number;
}

function mix(before: number, latest: number): number {
  return before + LATEST * (latest - before);
}
