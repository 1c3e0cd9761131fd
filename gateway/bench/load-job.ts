// What the load generator is asked to do, and what it says of it.

/** Of the upstream, before each answer. */
export const DELAY_MS = 50;
export const PROMPT_TOKENS = 50;
export const OUTPUT_TOKENS = 60;
/** In a body: the upstream answers at once. */
export const IMMEDIATE = '"seed":1';

export interface LoadJob {
  readonly url: string;
  /** One is sent with each call. */
  readonly body: string;
  /** Payment headers of each channel in the order of its calls; a single list of nulls for calls without payment. */
  readonly payments: readonly (readonly (string | null)[])[];
  /** Calls a second, sent when they are due whether others are answered or not; undefined: each channel sends as soon as it is answered. */
  readonly rate?: number;
}

export interface LoadResult {
  /** From the moment when a call was due to the end of its answer, ascending, milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  /** How many calls had each status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** The value below which a share of the ascending values is. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))]!;
}
