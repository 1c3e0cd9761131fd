// The books in PostgreSQL: one connection that writes, which holds the lock of the writer.
import { randomUUID } from "node:crypto";
import { Client, Pool } from "pg";
import { BooksInUse, type Row, type Sql, type Statement } from "./sql.ts";

/** Of `pg_try_advisory_lock`: any number that nobody else uses in this database. */
const WRITER_LOCK = 8_402_009_402_402n;
/** How long a lost connection is tried to be had again. */
const PATIENCE_MILLISECONDS = 30_000;
const RETRY_MILLISECONDS = 250;

/**
 * Connects to a database.
 * @param url as `DATABASE_URL`
 * @throws BooksInUse if another process writes to its books
 */
export async function openPostgres(url: string, { readOnly = false } = {}): Promise<Sql> {
  const readers = new Pool({ connectionString: url, max: 4 });
  // An idle connection that the server closes is no failure: the next statement gets another.
  readers.on("error", () => undefined);
  const writer = readOnly ? undefined : new Writer(url);
  try {
    await writer?.open();
  } catch (error) {
    await readers.end();
    throw error;
  }
  return {
    exact: "NUMERIC(78, 0)",
    clustered: "",
    transaction: (statements) =>
      writer === undefined
        ? Promise.reject(new Error("the books were opened for reading"))
        : writer.transaction(statements),
    all: (statement) =>
      patiently(async () => (await readers.query<Row>(numbered(statement.text), [...statement.values])).rows),
    close: async () => {
      await writer?.close();
      await readers.end();
    },
  };
}

/** Counts its transactions in the database, so that after a connection was lost in one it knows whether it was taken. */
class Writer {
  readonly #url: string;
  readonly #name = randomUUID();
  #client: Client | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** How many transactions the database took from this writer. */
  #count = 0n;

  constructor(url: string) {
    this.#url = url;
  }

  async open(): Promise<void> {
    const client = await this.#connect();
    await client.query("CREATE TABLE IF NOT EXISTS writer (name TEXT NOT NULL, transactions BIGINT NOT NULL)");
    await client.query("DELETE FROM writer");
    await client.query("INSERT INTO writer VALUES ($1, 0)", [this.#name]);
    this.#client = client;
  }

  transaction(statements: readonly Statement[]): Promise<number[]> {
    const taken = this.#turn.then(() => this.#take(statements));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#client?.end();
  }

  async #take(statements: readonly Statement[]): Promise<number[]> {
    let changes: number[] = [];
    return patiently(async () => {
      try {
        if (this.#client === undefined && (await this.#regain())) return changes;
        changes = await this.#run(this.#client!, statements, (found) => (changes = found));
        this.#count++;
        return changes;
      } catch (error) {
        if (isLost(error)) this.#client = undefined;
        throw error;
      }
    });
  }

  /** Connects again. @returns whether the transaction in which the connection was lost was taken */
  async #regain(): Promise<boolean> {
    const client = await this.#connect();
    const { rows } = await client.query<{ name: string; transactions: string }>(
      "SELECT name, transactions FROM writer",
    );
    if (rows[0]?.name !== this.#name) {
      await client.end();
      throw new Error("another gateway has written to these books since the connection was lost: start this one anew");
    }
    this.#client = client;
    const isTaken = BigInt(rows[0].transactions) !== this.#count;
    if (isTaken) this.#count++;
    return isTaken;
  }

  async #run(
    client: Client,
    statements: readonly Statement[],
    beforeCommit: (changes: number[]) => void,
  ): Promise<number[]> {
    await client.query("BEGIN");
    try {
      const changes: number[] = [];
      for (const { text, values } of statements)
        changes.push((await client.query(numbered(text), [...values])).rowCount ?? 0);
      await client.query("UPDATE writer SET transactions = $1", [String(this.#count + 1n)]);
      beforeCommit(changes);
      await client.query("COMMIT");
      return changes;
    } catch (error) {
      if (!isLost(error)) await client.query("ROLLBACK");
      throw error;
    }
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.#url });
    client.on("error", () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [
      String(WRITER_LOCK),
    ]);
    if (rows[0]?.held === true) return client;
    await client.end();
    throw new BooksInUse(
      "the books in this database are written by another gateway: stop it, or give this one other books",
    );
  }
}

/** Tries again while the server is away. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + PATIENCE_MILLISECONDS; ;) {
    try {
      return await attempt();
    } catch (error) {
      // The server may hold the writer's lock for a lost connection until it has noticed.
      if (!(error instanceof BooksInUse) && !isLost(error)) throw error;
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

const NUMBERED = new Map<string, string>();

/** PostgreSQL's way to mark values: `$1`, `$2`, … No text of the books has a question mark of another meaning. */
function numbered(text: string): string {
  let result = NUMBERED.get(text);
  if (result === undefined) {
    let count = 0;
    result = text.replace(/\?/g, () => `$${++count}`);
    if (NUMBERED.size < 1000) NUMBERED.set(text, result);
  }
  return result;
}

/** Whether the connection is gone, rather than a statement refused: by the system's codes (E…), by classes 08 and 57P of the server's, or by words where there is no code. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return /^(E[A-Z]+$|08|57P)/.test(error.code);
  return /connection/i.test(error.message);
}
