// Lengths of lists, counted again only after the database has changed.
import type { Query } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import type { Database } from "./ponder-schema.ts";
import type { Snapshots } from "./snapshots.ts";
import { keyOf, rowsOf } from "./statement.ts";

const MOST_KEPT = 1_000;
const MOST_KEPT_LENGTH = 2_000;

interface Counted {
  count: number;
  /** Which transactions it saw. */
  snapshot: string;
}

/** A count is valid while the database's snapshot is the one that it was counted in. */
export class Counts {
  readonly #snapshots: Snapshots;
  readonly #kept = new LRUCache<string, Counted>({ max: MOST_KEPT });

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots;
  }

  /** @param query has one row with one column, the count */
  async of(database: Database, { sql, params }: Query): Promise<number> {
    const key = keyOf([sql, params]);
    const known = this.#kept.get(key);
    if (known !== undefined && known.snapshot === (await this.#snapshots.now())) return known.count;
    const [row] = await rowsOf(database, `SELECT c0, pg_current_snapshot()::text FROM (${sql}) AS s(c0)`, params);
    const [count, snapshot] = row as [number | string, string];
    const counted = { count: Number(count), snapshot };
    if (key.length <= MOST_KEPT_LENGTH) this.#kept.set(key, counted);
    return counted.count;
  }
}
