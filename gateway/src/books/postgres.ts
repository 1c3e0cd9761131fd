// The books in PostgreSQL: one connection that writes, which holds the lock of the writer.
import { randomUUID } from "node:crypto";
import { Client, Pool } from "pg";
import type { OpenOptions } from "./open.ts";
import { BooksInUse, OutcomeUnknown, type Row, type Sql, type Statement, type Value } from "./sql.ts";

/** Of `pg_try_advisory_lock`: any number that nobody else uses in this database. */
const WRITER_LOCK = 8_402_009_402_402n;
/** How long a lost connection is tried to be had again, unless the opener says otherwise. */
const PATIENCE_MILLISECONDS = 30_000;
const RETRY_MILLISECONDS = 250;
/** How long the writer's lock is waited for at the start: the server may hold it for a process that was killed until it has noticed. */
const LOCK_MILLISECONDS = 5_000;
const NETWORK = { keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: 10_000 } as const;
/** After which a statement of a transaction is not waited for: behind a network that swallows what is sent TCP would wait for a quarter of an hour. */
const STATEMENT_MILLISECONDS = 60_000;
const READ_MILLISECONDS = 300_000;

/**
 * Connects to a database.
 * @param url as `DATABASE_URL`
 * @throws BooksInUse if another process still writes to its books after a few seconds
 */
export async function openPostgres(
  url: string,
  { readOnly = false, patienceMilliseconds = PATIENCE_MILLISECONDS, onWait }: OpenOptions = {},
): Promise<Sql> {
  const readers = new Pool({ connectionString: url, max: 4, ...NETWORK, query_timeout: READ_MILLISECONDS });
  // An idle connection that the server closes is no failure: the next statement gets another.
  readers.on("error", () => undefined);
  const writer = readOnly ? undefined : new Writer(url, patienceMilliseconds);
  try {
    await writer?.open(onWait);
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
    all: async (statement) => {
      await writer?.certain();
      const { text, values } = statement;
      return patiently(patienceMilliseconds, async () => (await readers.query<Row>(numbered(text), [...values])).rows);
    },
    close: async () => {
      await writer?.close();
      await readers.end();
    },
  };
}

/** A transaction that is to be taken once, however often the connection is lost in it. */
interface Attempted {
  /** Written in the transaction itself: it is in the database if, and only if, the transaction was taken. */
  readonly id: string;
  /** Whether a commit was sent whose answer has not come. */
  isInDoubt: boolean;
  changes: number[];
}

/** Marks each transaction with an identity of its own, so that after a connection was lost in one it knows whether it was taken. */
class Writer {
  readonly #url: string;
  readonly #patience: number;
  readonly #name = randomUUID();
  #client: Client | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether a transaction was given up that the server may still take. */
  #isUncertain = false;

  constructor(url: string, patienceMilliseconds: number) {
    this.#url = url;
    this.#patience = patienceMilliseconds;
  }

  async open(onWait?: (message: string) => void): Promise<void> {
    const client = await this.#connectAtStart(onWait);
    await client.query("DROP TABLE IF EXISTS writer");
    await client.query('CREATE TABLE writer (name TEXT NOT NULL, "transaction" TEXT NOT NULL)');
    await client.query("INSERT INTO writer VALUES ($1, '')", [this.#name]);
    this.#client = client;
  }

  transaction(statements: readonly Statement[]): Promise<number[]> {
    const taken = this.#turn.then(() => this.#take(statements));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  /** Resolves when no transaction can still be taken that was given up: before, what is read may change unseen. */
  async certain(): Promise<void> {
    if (this.#isUncertain) await this.transaction([]);
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#client?.end();
  }

  async #take(statements: readonly Statement[]): Promise<number[]> {
    const attempted: Attempted = { id: randomUUID(), isInDoubt: false, changes: [] };
    try {
      return await patiently(this.#patience, () => this.#attempt(statements, attempted));
    } catch (error) {
      if (!attempted.isInDoubt) throw error;
      this.#isUncertain = true;
      throw new OutcomeUnknown(error);
    }
  }

  async #attempt(statements: readonly Statement[], attempted: Attempted): Promise<number[]> {
    try {
      const client = (this.#client ??= await this.#reconnect());
      if (!attempted.isInDoubt || !(await wasTaken(client, attempted))) await run(client, statements, attempted);
      return attempted.changes;
    } catch (error) {
      if (isLost(error)) this.#client = undefined;
      throw error;
    }
  }

  /** The lock is had once the server has ended the lost connection: what was sent on it is taken by then, or never. */
  async #reconnect(): Promise<Client> {
    const client = await this.#connect();
    const { rows } = await client.query<{ name: string }>("SELECT name FROM writer");
    if (rows[0]?.name !== this.#name) {
      await client.end();
      throw new Error("another gateway has written to these books since the connection was lost: start this one anew");
    }
    this.#isUncertain = false;
    return client;
  }

  async #connectAtStart(onWait?: (message: string) => void): Promise<Client> {
    for (let until: number | undefined; ;) {
      try {
        return await this.#connect();
      } catch (error) {
        if (!(error instanceof BooksInUse) || (until !== undefined && Date.now() > until)) throw error;
        if (until === undefined) {
          until = Date.now() + LOCK_MILLISECONDS;
          onWait?.(
            `another gateway holds the books in this database; one that was killed lets go of them in a moment: waiting for ${LOCK_MILLISECONDS / 1_000} s at most`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
      }
    }
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.#url, ...NETWORK });
    client.on("error", () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [
      String(WRITER_LOCK),
    ]);
    if (rows[0]?.held === true) {
      // A commit that is answered must be on the disk: its receipt goes out. Stricter settings, as for replicas, stay.
      await client.query(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
      );
      return client;
    }
    await client.end();
    throw new BooksInUse(
      "the books in this database are written by another gateway: stop it, or give this one other books",
    );
  }
}

async function wasTaken(client: Client, attempted: Attempted): Promise<boolean> {
  const { rows } = await client.query('SELECT 1 FROM writer WHERE "transaction" = $1', [attempted.id]);
  attempted.isInDoubt = false;
  return rows.length > 0;
}

async function run(client: Client, statements: readonly Statement[], attempted: Attempted): Promise<void> {
  await query(client, "BEGIN");
  try {
    attempted.changes = [];
    for (const { text, values } of statements)
      attempted.changes.push((await query(client, numbered(text), values)).rowCount ?? 0);
    await query(client, 'UPDATE writer SET "transaction" = $1', [attempted.id]);
    attempted.isInDoubt = true;
    await query(client, "COMMIT");
    attempted.isInDoubt = false;
  } catch (error) {
    if (isLost(error)) throw error;
    attempted.isInDoubt = false;
    await query(client, "ROLLBACK");
    throw error;
  }
}

/** A statement without an answer in time ends its connection, which is lost then as any other. */
async function query(client: Client, text: string, values: readonly Value[] = []) {
  const timer = setTimeout(() => void client.end().catch(() => undefined), STATEMENT_MILLISECONDS);
  try {
    return await client.query(text, [...values]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries again while the server is away. */
async function patiently<T>(milliseconds: number, attempt: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + milliseconds; ;) {
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
