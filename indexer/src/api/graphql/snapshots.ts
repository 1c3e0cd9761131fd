// Which transactions the database shows: two readings that are equal saw the same rows.
import type { Database } from "./ponder-schema.ts";
import { rowsOf } from "./statement.ts";

/**
 * Reads the database's snapshot (`pg_current_snapshot()`). Any transaction that ends, of a block, of a reorganisation or of views that change, makes another one,
 * and none comes back: it names the first number not yet given to a transaction, and those below that still run. What is read between two readings of one
 * snapshot is therefore of that snapshot. One query at a time: all that ask while one runs wait for the next, which begins after they asked.
 */
export class Snapshots {
  readonly #database: () => Database;
  #running: Promise<string> | undefined;
  #next: Promise<string> | undefined;

  /** @param database what to read with, asked for at each reading */
  constructor(database: () => Database) {
    this.#database = database;
  }

  /** @returns a snapshot not older than this call */
  now(): Promise<string> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<string> {
    const running = read(this.#database()).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

async function read(database: Database): Promise<string> {
  const [row] = await rowsOf(database, "SELECT pg_current_snapshot()::text", []);
  return (row as [string])[0];
}
