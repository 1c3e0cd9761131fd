// The books in an SQLite file of their own: the default, with nothing to install.
import { DatabaseSync } from "node:sqlite";
import { AskedWorker } from "../workers/asked-worker.ts";
import { BooksInUse, type Row, type Sql } from "./sql.ts";
import type { SqliteOrder } from "./sqlite-worker.ts";

/**
 * Opens or creates a file.
 * @param readOnly beside a process that writes
 * @throws BooksInUse if another process writes to it
 */
export function openSqlite(file: string, { readOnly = false } = {}): Sql {
  const lock = readOnly ? undefined : lockFile(file);
  const program = new URL("./sqlite-worker.ts", import.meta.url);
  const worker = new AskedWorker<SqliteOrder, Row[] | number[]>(program, file, { file, readOnly });
  return {
    exact: "TEXT",
    clustered: "WITHOUT ROWID",
    transaction: async (statements) => (await worker.ask({ kind: "transaction", statements })) as number[],
    all: async (statement) => (await worker.ask({ kind: "all", statement })) as Row[],
    close: async () => {
      await worker.ask({ kind: "close" });
      await worker.terminate();
      lock?.close();
    },
  };
}

/** A lock of the operating system, gone with the process however it ends: SQLite's own on a file beside the books, which readers don't touch. */
function lockFile(file: string): DatabaseSync {
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    lock.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message))
      throw new BooksInUse(`the books ${file} are written by another gateway: stop it, or give this one other books`);
    throw error;
  }
  return lock;
}
