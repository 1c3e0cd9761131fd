// The books in an SQLite file of their own: the default, with nothing to install.
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { BooksInUse, type Row, type Sql } from "./sql.ts";
import type { Order, Reply } from "./sqlite-worker.ts";

type Ask = Order extends infer O ? (O extends { id: number } ? Omit<O, "id"> : never) : never;

/**
 * Opens or creates a file.
 * @param readOnly beside a process that writes
 * @throws BooksInUse if another process writes to it
 */
export function openSqlite(file: string, { readOnly = false } = {}): Sql {
  const lock = readOnly ? undefined : lockFile(file);
  const worker = new Worker(new URL("./sqlite-worker.ts", import.meta.url), { workerData: { file, readOnly } });
  const waiting = new Map<number, { resolve: (result: Row[] | number[]) => void; reject: (error: Error) => void }>();
  let last = 0;
  let failure: Error | undefined;

  const fail = (error: Error): void => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", (error) => fail(new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`)));
  worker.on("exit", () => fail(new Error(`${file} is closed`)));
  worker.on("message", (reply: Reply) => {
    const caller = waiting.get(reply.id)!;
    waiting.delete(reply.id);
    // An idle file must not keep a process alive that has nothing else to do.
    if (waiting.size === 0) worker.unref();
    if ("error" in reply) caller.reject(new Error(`${file}: ${reply.error}`));
    else caller.resolve(reply.result);
  });

  const ask = (order: Ask): Promise<Row[] | number[]> => {
    if (failure !== undefined) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...order, id });
    });
  };
  return {
    exact: "TEXT",
    clustered: "WITHOUT ROWID",
    transaction: async (statements) => (await ask({ kind: "transaction", statements })) as number[],
    all: async (statement) => (await ask({ kind: "all", statement })) as Row[],
    close: async () => {
      const gone = new Promise((resolve) => worker.once("exit", resolve));
      await ask({ kind: "close" });
      worker.ref();
      await gone;
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
