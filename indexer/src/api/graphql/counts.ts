// Lengths of lists, counted again only after the database has changed.
import type { Query } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import type { Database } from "./ponder-schema.ts";
import { keyOf, rowsOf } from "./statement.ts";

const MOST_KEPT = 1_000;
const MOST_KEPT_LENGTH = 2_000;

interface Counted {
  count: number;
  /** Which transactions it saw. */
  snapshot: string;
}

/**
 * A count is valid while the database's snapshot is the one that it was counted in: two statements with the same snapshot see the work of the same
 * transactions, so they find the same rows. Any transaction that ends in between, of a block or of a reorganisation, changes the snapshot.
 */
export class Counts {
  readonly #kept = new LRUCache<string, Counted>({ max: MOST_KEPT });

  /** @param query has one row with one column, the count */
  async of(database: Database, { sql, params }: Query): Promise<number> {
    const key = keyOf([sql, params]);
    const known = this.#kept.get(key);
    if (known !== undefined && known.snapshot === (await snapshotOf(database))) return known.count;
    const [row] = await rowsOf(database, `SELECT c0, pg_current_snapshot()::text FROM (${sql}) AS s(c0)`, params);
    const [count, snapshot] = row as [number | string, string];
    const counted = { count: Number(count), snapshot };
    if (key.length <= MOST_KEPT_LENGTH) this.#kept.set(key, counted);
    return counted.count;
  }
}

async function snapshotOf(database: Database): Promise<string> {
  const [row] = await rowsOf(database, "SELECT pg_current_snapshot()::text", []);
  return (row as [string])[0];
}
