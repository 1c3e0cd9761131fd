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

/**
 * Opens the books, and makes them where there are none.
 * @param readOnly beside a gateway that writes: what is written throws
 * @throws BooksInUse if another gateway writes to them
 */
export async function openBooks(place: BooksPlace, { readOnly = false } = {}): Promise<Books> {
  const database = await openDatabase(place, readOnly);
  try {
    await (readOnly ? checkMigrated : migrate)(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new Ledger(database);
}

async function openDatabase(place: BooksPlace, readOnly: boolean): Promise<Sql> {
  if ("file" in place) return openSqlite(place.file, { readOnly });
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(place.url, { readOnly });
}
