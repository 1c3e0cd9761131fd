// The channels that are in use, in memory: one change of each at a time.
import { channelOf, key, type StoredChannel } from "./rows.ts";
import { OutcomeUnknown, sql, type Sql } from "./sql.ts";
import type { Vouchers } from "./used-maxima.ts";
import type { VersionRuns } from "./version-runs.ts";

/** What the books hold of one channel while this process runs; without a record while it has never been reserved. */
export interface Held {
  state: StoredChannel | undefined;
  /** Whether the database has a row of it. */
  stored: boolean;
  /** The voucher of the last charge, or of one that is being served: the record has that of its reservation meanwhile. */
  last: Vouchers["last"];
  /** Whether a change was written of which the books have not said whether they took it: the next one reads them. */
  isDoubtful: boolean;
  /** Read where a call's version is asked about; undefined until then. */
  runs?: VersionRuns;
}

interface Slot {
  held: Held | undefined;
  /** Ends when nobody works on the channel. */
  turn: Promise<unknown>;
  waiting: number;
}

/** @returns undefined of a channel that was never charged */
export function lastVoucher({ channel, sequence, serving }: StoredChannel): Vouchers["last"] {
  if (sequence === 0n && serving === undefined) return undefined;
  const { signedMaxClaimable, signature } = channel;
  return { signedMaxClaimable, signature };
}

/** Channels held at rest; those used longest ago go first. */
const MOST_HELD = 100_000;
const ORDERED_FROM = MOST_HELD / 2;

export class Accounts {
  readonly #database: Sql;
  readonly #slots = new Map<string, Slot>();

  constructor(database: Sql) {
    this.#database = database;
  }

  /** Runs `work` when nobody else works on the channel. What it changes of `Held` is what the next one finds, so it does so once it is written. */
  async alone<T>(channelId: string, work: (held: Held) => Promise<T>): Promise<T> {
    const id = key(channelId);
    const slot = this.#slotOf(id);
    slot.waiting++;
    const turn = slot.turn.then(async () => {
      if (slot.held === undefined || slot.held.isDoubtful) slot.held = await this.#load(id, slot.held?.state);
      const { held } = slot;
      return work(held).catch((error: unknown) => {
        if (error instanceof OutcomeUnknown) held.isDoubtful = true;
        throw error;
      });
    });
    slot.turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      slot.waiting--;
      this.#makeRoom();
    }
  }

  /** What is held of all channels in use, for a reader who can't wait; of those in doubt nothing. */
  *held(): Iterable<Held> {
    for (const { held } of this.#slots.values()) if (held !== undefined && !held.isDoubtful) yield held;
  }

  /** What is held of a channel, for a reader who can't wait; undefined where it is not in use, or in doubt. */
  heldOf(id: string): Held | undefined {
    const held = this.#slots.get(id)?.held;
    return held?.isDoubtful === false ? held : undefined;
  }

  /** @param doubted what was held: its reservation goes on unless its charge was taken */
  async #load(id: string, doubted?: StoredChannel): Promise<Held> {
    const [row] = await this.#database.all(
      sql`SELECT c.record, c.sequence, c.settled, c.serving, c.used, p.prompt AS served_prompt,
          f.nonce AS refund_nonce, f.amount AS refund_amount
        FROM channels c LEFT JOIN served_prompts p ON p.channel_id = c.channel_id
          LEFT JOIN refunds f ON f.channel_id = c.channel_id WHERE c.channel_id = ${id}`,
    );
    const found = row === undefined ? undefined : channelOf(row);
    const state =
      doubted !== undefined && (found?.sequence ?? 0n) === doubted.sequence ? resumed(found, doubted) : found;
    return { state, stored: found !== undefined, last: found && lastVoucher(found), isDoubtful: false };
  }

  #slotOf(id: string): Slot {
    const known = this.#slots.get(id);
    // Latest last, by which the oldest are found; while there is room for many more, nobody looks for them.
    if (known !== undefined && this.#slots.size < ORDERED_FROM) return known;
    const slot = known ?? { held: undefined, turn: Promise.resolve(), waiting: 0 };
    this.#slots.delete(id);
    this.#slots.set(id, slot);
    return slot;
  }

  #makeRoom(): void {
    if (this.#slots.size <= MOST_HELD) return;
    for (const [id, slot] of this.#slots) {
      if (this.#slots.size <= MOST_HELD) return;
      // A reservation lives in memory alone.
      if (slot.waiting === 0 && slot.held?.state?.channel.pendingRequest === undefined) this.#slots.delete(id);
    }
  }
}

/** Nothing was charged: the call that had the channel reserved goes on, with what is in memory alone; the chain is looked at anew. */
function resumed(found: StoredChannel | undefined, { channel, ...doubted }: StoredChannel): StoredChannel {
  return {
    ...doubted,
    serving: found?.serving,
    refund: found?.refund,
    channel: { ...channel, onchainSyncedAt: undefined },
  };
}
