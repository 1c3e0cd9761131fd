// The thread that holds an SQLite file, so that waiting for the disk holds up no call.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { workerData } from "node:worker_threads";
import { answerEach } from "@tributary/protocol/workers/answer";
import type { Row, Statement } from "./sql.ts";

export type SqliteOrder =
  | { readonly kind: "transaction"; readonly statements: readonly Statement[] }
  | { readonly kind: "all"; readonly statement: Statement }
  | { readonly kind: "checkpoint" }
  | { readonly kind: "close" };

/** Prepared statements are kept: the books use a few dozen texts. */
const KEPT_STATEMENTS = 200;
/** Bytes of a page of a new file: a receipt with texts of a thousand characters then needs no page of its own. A file that is there keeps its own. */
const PAGE_BYTES = 8_192;
/** Pages of the log, 128 MiB, at which a commit moves them itself: the other thread has failed to. */
const MOST_LOGGED = 16_384;

const { file, readOnly } = workerData as { file: string; readOnly: boolean };
const database = new DatabaseSync(file, { readOnly });
const prepared = new Map<string, StatementSync>();

database.exec("PRAGMA busy_timeout = 10000");
if (!readOnly)
  database.exec(
    `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${MOST_LOGGED}`,
  );

answerEach((order: SqliteOrder): Row[] | number[] => {
  switch (order.kind) {
    case "transaction":
      return transaction(order.statements);
    case "all":
      return prepare(order.statement.text).all(...order.statement.values) as Row[];
    case "checkpoint":
      return prepare("PRAGMA wal_checkpoint(PASSIVE)").all() as Row[];
    case "close":
      database.close();
      return [];
  }
});

function prepare(text: string): StatementSync {
  let statement = prepared.get(text);
  if (statement === undefined) {
    statement = database.prepare(text);
    if (prepared.size >= KEPT_STATEMENTS) prepared.clear();
    prepared.set(text, statement);
  }
  return statement;
}

function transaction(statements: readonly Statement[]): number[] {
  database.exec("BEGIN IMMEDIATE");
  try {
    const changes = statements.map(({ text, values }) => Number(prepare(text).run(...values).changes));
    database.exec("COMMIT");
    return changes;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
