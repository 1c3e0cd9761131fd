// Keeps two indexers out of one embedded database, and tidies up after one that was killed.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { DatabaseInUseError } from "./errors.ts";

const LOCK_FILE = "indexer.lock";

export interface DatabaseLock {
  /** Notes which process works on the database. */
  assign(pid: number): void;
  release(): void;
}

/**
 * Takes the folder of one chain's database. Throws a {@link DatabaseInUseError} if an indexer runs on it.
 * @param dataDirectory The embedded database's own folder.
 * @param schema Where a killed indexer of the same build has left its lock.
 */
export async function lockDatabase(directory: string, dataDirectory: string, schema: string): Promise<DatabaseLock> {
  const file = join(directory, LOCK_FILE);
  const previous = readPid(file);
  if (previous !== undefined && isIndexer(previous)) throw new DatabaseInUseError(directory, previous);
  if (previous !== undefined) await releaseSchema(dataDirectory, schema);
  const write = (pid: number) => {
    writeFileSync(file, String(pid));
  };
  write(process.pid);
  return {
    assign: write,
    release() {
      rmSync(file, { force: true });
    },
  };
}

/**
 * A killed Ponder leaves its schema locked, and the next one would wait up to 25 s for the lock to grow old. Here it is
 * known that nobody holds it.
 */
async function releaseSchema(dataDirectory: string, schema: string): Promise<void> {
  const database = await PGlite.create(dataDirectory);
  try {
    const table = `"${schema}"._ponder_meta`;
    const { rows } = await database.query<{ name: string | null }>("SELECT to_regclass($1)::text AS name", [table]);
    if (rows[0]?.name) await database.exec(`UPDATE ${table} SET value = jsonb_set(value, '{is_locked}', '0')`);
  } finally {
    await database.close();
  }
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether a process is one of ours: its id may have been given to another program since. */
function isIndexer(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return command.includes("ponder") || pid === process.pid;
  } catch {
    return true;
  }
}
