// What the indexers of a PostgreSQL database have done so far, read and changed behind their backs.
import { Client } from "pg";

export interface IndexingState {
  phase: "starting" | "backfill" | "live";
  /** Newest block that is in the tables. */
  block: number;
  /** An indexer works on them, or was killed. */
  isLocked: boolean;
}

const STARTING: IndexingState = { phase: "starting", block: 0, isLocked: false };

export interface DatabaseState {
  /** Of the only build that has tables there. */
  state(): Promise<IndexingState>;
  /** Takes away the lock of an indexer that was killed, which else runs out after 25 seconds. */
  unlock(): Promise<void>;
  /** Runs SQL whose changes no trigger of the indexer sees; `{build}` in it is the schema of the only build. */
  run<Row>(sql: string): Promise<Row[]>;
  close(): Promise<void>;
}

export async function openDatabase(databaseUrl: string): Promise<DatabaseState> {
  let client: Client | undefined;
  /** Restarts of the server end connections. */
  const connected = async (): Promise<Client> => {
    if (client !== undefined) return client;
    const opened = new Client({ connectionString: databaseUrl });
    opened.on("error", () => {
      if (client === opened) client = undefined;
    });
    await opened.connect();
    await opened.query("SET session_replication_role = replica");
    client = opened;
    return opened;
  };
  const query = async <Row>(sql: string): Promise<Row[]> => (await (await connected()).query(sql)).rows as Row[];
  const build = async (): Promise<string | undefined> => {
    const rows = await query<{ name: string }>(
      String.raw`SELECT table_schema AS name FROM information_schema.tables WHERE table_schema LIKE 'tributary\_%' AND table_name = '_ponder_meta'`,
    );
    if (rows.length > 1) throw new Error(`several builds have tables: ${rows.map(({ name }) => name).join(", ")}`);
    return rows[0]?.name;
  };
  const run = async <Row>(sql: string): Promise<Row[]> =>
    query<Row>(sql.includes("{build}") ? sql.replaceAll("{build}", `"${await build()}"`) : sql);
  return {
    async state() {
      if ((await build()) === undefined) return STARTING;
      const [row] = await run<{ ready: number; locked: number; checkpoint: string }>(
        `SELECT (value ->> 'is_ready')::int AS ready, (value ->> 'is_locked')::int AS locked, latest_checkpoint AS checkpoint
           FROM {build}._ponder_meta, {build}._ponder_checkpoint`,
      );
      if (row === undefined) return STARTING;
      const block = Number(row.checkpoint.slice(26, 42));
      return { phase: row.ready === 1 ? "live" : "backfill", block, isLocked: row.locked === 1 };
    },
    async unlock() {
      if ((await build()) === undefined) return;
      await run("UPDATE {build}._ponder_meta SET value = jsonb_set(value, '{is_locked}', '0')");
    },
    run,
    close: async () => {
      await client?.end();
    },
  };
}
