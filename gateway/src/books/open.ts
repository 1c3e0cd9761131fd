// Opens the books where they are kept.
import type { Books } from "./books.ts";
import { Ledger } from "./ledger.ts";
import { checkMigrated, migrate } from "./migrations.ts";
import type { Sql } from "./sql.ts";
import { openSqlite } from "./sqlite.ts";

export type BooksPlace =
  /** An SQLite file; its folder exists. */
  | { readonly file: string }
  /** PostgreSQL, as `DATABASE_URL` names it. */
  | { readonly url: string };

export interface OpenOptions {
  /** Beside a gateway that writes: what is written throws. */
  readonly readOnly?: boolean;
  /** How long a PostgreSQL server that is away is waited for. */
  readonly patienceMilliseconds?: number;
  /** Told, once, that a PostgreSQL server still holds another process's lock, which is waited for. */
  readonly onWait?: (message: string) => void;
}

/**
 * Opens the books, and makes them where there are none.
 * @throws BooksInUse if another gateway writes to them; in PostgreSQL, if it still does after a few seconds
 */
export async function openBooks(place: BooksPlace, options: OpenOptions = {}): Promise<Books> {
  const { readOnly = false } = options;
  const database = await openDatabase(place, options);
  try {
    await (readOnly ? checkMigrated : migrate)(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new Ledger(database);
}

async function openDatabase(place: BooksPlace, options: OpenOptions): Promise<Sql> {
  if ("file" in place) return openSqlite(place.file, options);
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(place.url, options);
}
