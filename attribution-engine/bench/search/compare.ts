// Measures contenders in turns, so that what else the machine does falls on all alike.
import { setTimeout } from "node:timers/promises";
import type { Contender } from "./contender.ts";

/** How one contender did. */
export interface Standing {
  readonly name: string;
  readonly version: string;
  readonly isPeer: boolean;
  /** Of one search: median, least and most of the rounds. */
  readonly seconds: readonly [median: number, least: number, most: number];
  /** Pairs of a query and a record, by the median. */
  readonly pairsPerSecond: number;
  /** Share of the exact lists' records that its lists have. */
  readonly recall: number;
  /** Whether its lists are the exact ones, in order. */
  readonly isExact: boolean;
}

export interface Rounds {
  readonly rounds: number;
  /** A turn lasts so long at least: a stream of searches is what is measured, and the first after a pause finds cold caches. */
  readonly turnSeconds: number;
  readonly pairs: number;
  readonly topK: number;
  /** The exact lists' records, as `Contender.places`. */
  readonly exact: Uint32Array;
  onRound?(round: number, name: string): void;
  /** Called after each round, that to warm up left out. */
  afterRound?(): void;
}

/** Threads of OpenMP wait actively for up to 200 ms after their work: what they take must not fall on who comes next. */
const PAUSE_MILLISECONDS = 300;

/** Searches until the time is over, and says what one search took on average. */
async function turn(contender: Contender, leastSeconds: number): Promise<number> {
  let total = 0;
  let searches = 0;
  do {
    total += await contender.run();
    searches++;
  } while (total < leastSeconds);
  return total / searches;
}

/** Runs each contender once to warm up, then all in turns. */
export async function compare(contenders: readonly Contender[], options: Rounds): Promise<Standing[]> {
  const { rounds, turnSeconds, pairs, topK, exact } = options;
  const times = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [number, contender] of contenders.entries()) {
      options.onRound?.(round, contender.name);
      await setTimeout(PAUSE_MILLISECONDS);
      const seconds = await turn(contender, round < 0 ? 0 : turnSeconds);
      if (round >= 0) times[number]!.push(seconds);
    }
    if (round < 0 || options.afterRound === undefined) continue;
    await setTimeout(PAUSE_MILLISECONDS);
    options.afterRound();
  }
  const standings: Standing[] = [];
  for (const [number, { name, version, isPeer, places }] of contenders.entries()) {
    const sorted = times[number]!.sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1]!;
    const found = await places();
    standings.push({
      name,
      version,
      isPeer,
      seconds: [median, sorted[0]!, sorted.at(-1)!],
      pairsPerSecond: pairs / median,
      recall: recallOf(found, exact, topK),
      isExact: Buffer.from(found.buffer, found.byteOffset, found.byteLength).equals(
        Buffer.from(exact.buffer, exact.byteOffset, exact.byteLength),
      ),
    });
  }
  return standings;
}

export function recallOf(found: Uint32Array, exact: Uint32Array, topK: number): number {
  let common = 0;
  for (let from = 0; from < exact.length; from += topK) {
    const wanted = new Set(exact.subarray(from, from + topK));
    for (const place of found.subarray(from, from + topK)) if (wanted.delete(place)) common++;
  }
  return common / exact.length;
}
