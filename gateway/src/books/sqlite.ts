// The books in an SQLite file of their own: the default, with nothing to install.
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { AskedWorker } from "@tributary/protocol/workers/asked-worker";
import { BooksInUse, type Row, type Sql } from "./sql.ts";
import type { SqliteOrder } from "./sqlite-worker.ts";

/** A thread with a connection of its own. */
type Connection = AskedWorker<SqliteOrder, Row[] | number[]>;

/** Statements between two checkpoints: those of some 300 charges, about 12 MiB of the log. Each holds up the commits that come meanwhile, longer the more has to be moved: for some milliseconds. */
const STATEMENTS_LOGGED = 600;

/** Before, a checkpoint beside a commit that begins the log anew could, rarely, lose what was committed ("WAL-reset bug"): then the writer's thread does all of it. */
const CAN_SHARE = (process.versions.sqlite ?? "0").localeCompare("3.51.3", "en", { numeric: true }) >= 0;

/**
 * Opens or creates a file.
 * @param readOnly beside a process that writes
 * @throws BooksInUse if another process writes to it
 */
export function openSqlite(file: string, { readOnly = false } = {}): Sql {
  // Who reads the books reads prompts and answers; SQLite gives its other files the same mode.
  if (!readOnly) closeSync(openSync(file, "a", 0o600));
  const lock = readOnly ? undefined : lockFile(file);
  const program = new URL("./sqlite-worker.ts", import.meta.url);
  const connect = (): Connection => new AskedWorker(program, file, { file, readOnly });
  const writer = connect();
  const checkpoints = new Checkpoints(writer, connect);
  return {
    exact: "TEXT",
    clustered: "WITHOUT ROWID",
    transaction: async (statements) => {
      const changes = (await writer.ask({ kind: "transaction", statements })) as number[];
      checkpoints.logged(statements.length);
      return changes;
    },
    all: async (statement) => (await writer.ask({ kind: "all", statement })) as Row[],
    close: async () => {
      await checkpoints.close();
      await close(writer);
      lock?.close();
    },
  };
}

/** Moves what was committed from the log into the file, so that the log stays short: most of it in another thread than the commits'. */
class Checkpoints {
  readonly #writer: Connection;
  readonly #connect: () => Connection;
  #helper: Connection | undefined;
  #running: Promise<void> | undefined;
  #statements = 0;

  constructor(writer: Connection, connect: () => Connection) {
    this.#writer = writer;
    this.#connect = connect;
  }

  logged(statements: number): void {
    this.#statements += statements;
    if (this.#statements < STATEMENTS_LOGGED || this.#running !== undefined) return;
    this.#statements = 0;
    this.#running = this.#run().finally(() => (this.#running = undefined));
  }

  async close(): Promise<void> {
    await this.#running;
    if (this.#helper !== undefined) await close(this.#helper);
  }

  async #run(): Promise<void> {
    try {
      if (CAN_SHARE) await (this.#helper ??= this.#connect()).ask({ kind: "checkpoint" });
      // The rest was committed meanwhile, and is little. With all of it moved, the log begins anew in its own blocks, where a commit costs less than in a file that grows.
      await this.#writer.ask({ kind: "checkpoint" });
    } catch {
      // Nothing is lost: it stays in the log for a later one.
    }
  }
}

async function close(connection: Connection): Promise<void> {
  await connection.ask({ kind: "close" });
  await connection.terminate();
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
