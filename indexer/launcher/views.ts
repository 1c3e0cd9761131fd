// Views under a name that stays, through which servers read the tables of the newest build in a PostgreSQL database.
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier } from "pg";
import { DatabaseError, ViewsNewerError } from "./errors.ts";
import { refuseServer } from "./server-watch.ts";
import { createMarked, dropViews, refuseForeign, refuseOthers } from "./views-owner.ts";

/** Servers give up a query that waits longer than 500 ms for a lock, and an indexer waits with its block, so whoever changes the views waits less. */
const LOCK_MILLISECONDS = 200;
const RETRY_MILLISECONDS = 100;
/** PostgreSQL's codes of a lock that could not be had in time, and of two that wait for each other. */
const LOCK_CODES: readonly unknown[] = ["55P03", "40P01"];
const CHECKPOINTS = "_ponder_checkpoint";

export interface ViewsOptions {
  readonly views?: string;
  readonly isServer?: boolean;
  readonly databaseUrl?: string;
}

/** Throws a {@link DatabaseError} if there can be no views of this name: of Ponder's cache, of the tables of builds, of PostgreSQL itself. */
export function checkViewsName({ views, isServer, databaseUrl }: ViewsOptions): void {
  if (views === undefined) {
    if (isServer) throw new DatabaseError("a server needs the name of the views that it serves");
    return;
  }
  if (databaseUrl === undefined) throw new DatabaseError("views need a PostgreSQL database: set DATABASE_URL");
  if (
    !/^[a-z_][a-z0-9_]{0,44}$/.test(views) ||
    /^(pg_|tributary_|ponder_sync$|public$|information_schema$)/.test(views)
  )
    throw new DatabaseError(
      `"${views}" is no name for the views: give lower-case letters, digits and _, at most 45, such as live`,
    );
}

/**
 * Throws a {@link DatabaseError} if what the database has under the name is not to be replaced, or, for a server, not to be served.
 * @param mark Of what the views are to show.
 */
export async function checkViews({ views, isServer, databaseUrl }: ViewsOptions, mark: string): Promise<void> {
  if (views === undefined || databaseUrl === undefined) return;
  await withClient(databaseUrl, async (client) => {
    if (!isServer) {
      for (const name of [views, nextOf(views), formerOf(views)]) await refuseForeign(client, name, mark);
      return;
    }
    if ((await shownSchema(client, views)) === undefined)
      throw new DatabaseError(
        `the database has no views "${views}" to serve: start an indexer with --views ${views} first`,
      );
    await refuseOthers(client, views, mark);
  });
}

/**
 * Lets the views show the tables of `schema`, all at once, as soon as these are not behind what the views showed before: whoever reads through them waits for
 * nothing, and misses no block that they have seen. Throws a {@link ViewsNewerError} if that takes longer than `timeoutSeconds`, and a {@link DatabaseError} if
 * there is something of somebody else under the name.
 */
export async function showInViews(
  databaseUrl: string,
  { schema, views, mark }: { schema: string; views: string; mark: string },
  timeoutSeconds: number,
): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const deadline = performance.now() + timeoutSeconds * 1_000;
    // Given back with the connection.
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [`views ${views}`]);
    await refuseForeign(client, views, mark);
    const shown = await shownSchema(client, views);
    if (shown === schema) return;
    const [next, former] = [nextOf(views), formerOf(views)];
    await makeViews(client, schema, next, mark);
    await client.query(`SET lock_timeout = ${LOCK_MILLISECONDS}`);
    for (;;) {
      if (await inTime(() => exchange(client, { schema, shown, views, next, former, mark }))) break;
      if (performance.now() > deadline) throw new ViewsNewerError(views, shown, schema, timeoutSeconds);
      await sleep(RETRY_MILLISECONDS);
    }
    // Those that were asked before may still be answered from the former ones.
    const drop = async () => {
      await dropViews(client, former, mark);
      return true;
    };
    while (!(await inTime(drop))) await sleep(RETRY_MILLISECONDS);
  });
}

const nextOf = (views: string) => `${views}__next`;
const formerOf = (views: string) => `${views}__former`;

async function makeViews(client: Client, schema: string, next: string, mark: string): Promise<void> {
  const [from, to] = [escapeIdentifier(schema), escapeIdentifier(next)];
  const names = (await tables(client, schema)).map((name) => escapeIdentifier(name));
  await dropViews(client, next, mark);
  await client.query(
    [
      createMarked(next, mark),
      ...names.map((name) => `CREATE VIEW ${to}.${name} AS SELECT * FROM ${from}.${name}`),
    ].join(";"),
  );
}

/** @returns whether the schemas changed their names; if not, the tables are behind those that are shown */
async function exchange(
  client: Client,
  names: { schema: string; shown: string | undefined; views: string; next: string; former: string; mark: string },
): Promise<boolean> {
  const { schema, shown } = names;
  const [views, next, former] = [names.views, names.next, names.former].map((name) => escapeIdentifier(name));
  await client.query("BEGIN");
  try {
    await dropViews(client, names.former, names.mark);
    await refuseForeign(client, names.views, names.mark);
    if (shown !== undefined) {
      // Nothing is added to what is shown until the names have changed; what is read goes on.
      await client.query(`LOCK TABLE ${escapeIdentifier(shown)}.${CHECKPOINTS} IN SHARE MODE`);
      if (await isBehindOf(client, schema, shown)) {
        await client.query("ROLLBACK");
        return false;
      }
    }
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${views}`);
    await client.query(`ALTER SCHEMA ${views} RENAME TO ${former}`);
    await client.query(`ALTER SCHEMA ${next} RENAME TO ${views}`);
    await client.query("COMMIT");
    return true;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/** @returns false also if a lock could not be had in time */
async function inTime(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (LOCK_CODES.includes((error as { code?: unknown }).code)) return false;
    throw error;
  }
}

/** Checkpoints are digits of one length, of which the first are the block's time. */
async function isBehindOf(client: Client, schema: string, shown: string): Promise<boolean> {
  const newestOf = (name: string) =>
    `(SELECT coalesce(max(latest_checkpoint), '') FROM ${escapeIdentifier(name)}.${CHECKPOINTS})`;
  const { rows } = await client.query<{ behind: boolean }>(
    `SELECT ${newestOf(schema)} COLLATE "C" < ${newestOf(shown)} COLLATE "C" AS behind`,
  );
  return rows[0]!.behind;
}

/** The schema whose tables the views show. */
async function shownSchema(client: Client, views: string): Promise<string | undefined> {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT DISTINCT pg_namespace.nspname AS schema
       FROM pg_rewrite
       JOIN pg_class AS view ON view.oid = pg_rewrite.ev_class
       JOIN pg_depend ON pg_depend.classid = 'pg_rewrite'::regclass AND pg_depend.objid = pg_rewrite.oid
       JOIN pg_class AS source ON source.oid = pg_depend.refobjid AND source.oid <> view.oid
       JOIN pg_namespace ON pg_namespace.oid = source.relnamespace
      WHERE view.relnamespace = to_regnamespace($1) AND view.relname = $2 AND pg_depend.refclassid = 'pg_class'::regclass`,
    [escapeIdentifier(views), CHECKPOINTS],
  );
  return rows[0]?.schema;
}

/** Not the tables in which Ponder keeps what a reorganisation would undo. */
async function tables(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    String.raw`SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = $1 AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\_reorg\_\_%' ORDER BY table_name`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function withClient<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect().catch(refuseServer);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
