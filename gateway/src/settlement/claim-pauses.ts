// How long a channel waits whose claim the chain reverted, which cost gas for nothing: twice as long after each time, restarts or not.
import type { Hex } from "viem";
import { readJsonFile, writeJsonFile } from "./durable-file.ts";
import { OneAtATime } from "./one-at-a-time.ts";

/** The first wait: several tries fit into the shortest delay of a withdrawal, 15 minutes. */
const FIRST_SECONDS = 60;
const MOST_SECONDS = 86_400;

/** A wait that was imposed. */
export interface Pause {
  /** How often the claim was reverted in a row. */
  readonly times: number;
  /** Unix seconds. */
  readonly until: number;
}

export class ClaimPauses {
  readonly #file: string;
  readonly #now: () => number;
  readonly #writing = new OneAtATime();
  #pauses: Map<Hex, Pause> | undefined;
  #reverts = 0;

  /**
   * @param file where they are kept
   * @param now milliseconds
   */
  constructor(file: string, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
  }

  /** How many channels are waiting, by what was read so far. */
  get waiting(): number {
    return [...(this.#pauses?.values() ?? [])].filter(({ until }) => until > this.#seconds()).length;
  }

  /** How many claims of one channel were reverted since the start. */
  get reverts(): number {
    return this.#reverts;
  }

  /** The wait of a channel that is not over. */
  async of(channelId: Hex): Promise<Pause | undefined> {
    const pause = (await this.#read()).get(channelId);
    return pause !== undefined && pause.until > this.#seconds() ? pause : undefined;
  }

  /** Makes a channel wait whose claim was reverted. */
  async reverted(channelId: Hex): Promise<void> {
    this.#reverts++;
    const pauses = await this.#read();
    const times = (pauses.get(channelId)?.times ?? 0) + 1;
    const seconds = Math.min(FIRST_SECONDS * 2 ** (times - 1), MOST_SECONDS);
    pauses.set(channelId, { times, until: this.#seconds() + seconds });
    await this.#write();
  }

  /** Forgets the waits of channels that were claimed. */
  async claimed(channelIds: readonly Hex[]): Promise<void> {
    const pauses = await this.#read();
    const forgotten = channelIds.filter((id) => pauses.delete(id));
    if (forgotten.length > 0) await this.#write();
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1_000);
  }

  async #read(): Promise<Map<Hex, Pause>> {
    if (this.#pauses !== undefined) return this.#pauses;
    const kept = (await readJsonFile<Record<Hex, Pause>>(this.#file)) ?? {};
    return (this.#pauses ??= new Map(Object.entries(kept) as [Hex, Pause][]));
  }

  #write(): Promise<void> {
    return this.#writing.run(() => writeJsonFile(this.#file, Object.fromEntries(this.#pauses!)));
  }
}
