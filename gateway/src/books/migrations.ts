// The tables of the books, in numbered steps that each database takes once.
import { sql, type Sql, type Statement } from "./sql.ts";

type Migration = (database: Pick<Sql, "exact" | "clustered">) => readonly string[];

const MIGRATIONS: readonly Migration[] = [
  ({ exact, clustered }) => [
    `CREATE TABLE channels (
       channel_id TEXT NOT NULL PRIMARY KEY,
       till TEXT NOT NULL,
       sequence BIGINT NOT NULL,
       settled BIGINT NOT NULL,
       record TEXT NOT NULL,
       serving TEXT
     )`,
    `CREATE INDEX channels_of_till ON channels (till)`,
    `CREATE TABLE receipts (
       channel_id TEXT NOT NULL,
       sequence BIGINT NOT NULL,
       id TEXT NOT NULL,
       till TEXT NOT NULL,
       model_version ${exact} NOT NULL,
       amount ${exact} NOT NULL,
       cumulative ${exact} NOT NULL,
       agent_registry TEXT NOT NULL,
       agent_id ${exact} NOT NULL,
       request_hash TEXT NOT NULL,
       response_hash TEXT NOT NULL,
       issued_at BIGINT NOT NULL,
       salt TEXT NOT NULL,
       prompt TEXT,
       answer TEXT,
       input_tokens BIGINT,
       output_tokens BIGINT,
       citations TEXT,
       PRIMARY KEY (channel_id, sequence)
     ) ${clustered}`,
    `CREATE UNIQUE INDEX receipts_by_id ON receipts (id)`,
    `CREATE TABLE settlements (
       number BIGINT NOT NULL PRIMARY KEY,
       till TEXT NOT NULL,
       model_version ${exact} NOT NULL,
       state TEXT NOT NULL,
       receipts BIGINT NOT NULL,
       total ${exact} NOT NULL,
       on_chain ${exact}
     )`,
    `CREATE TABLE settled_runs (
       settlement BIGINT NOT NULL,
       channel_id TEXT NOT NULL,
       first_sequence BIGINT NOT NULL,
       last_sequence BIGINT NOT NULL,
       PRIMARY KEY (settlement, channel_id)
     ) ${clustered}`,
    `CREATE INDEX runs_of_channel ON settled_runs (channel_id, first_sequence)`,
  ],
  () => [`ALTER TABLE receipts ADD COLUMN signature TEXT`],
  () => [`ALTER TABLE channels ADD COLUMN used TEXT`],
  () => [`CREATE TABLE served_prompts (channel_id TEXT NOT NULL PRIMARY KEY, prompt TEXT NOT NULL)`],
  ({ exact }) => [
    `CREATE TABLE refunds (channel_id TEXT NOT NULL PRIMARY KEY, nonce ${exact} NOT NULL, amount ${exact} NOT NULL)`,
  ],
  () => [`ALTER TABLE settlements ADD COLUMN forgotten BIGINT`],
  () => [
    `ALTER TABLE settlements ADD COLUMN handed BIGINT`,
    // Their files were written when they were closed, and may have been removed since.
    `UPDATE settlements SET handed = 1 WHERE state = 'closed'`,
  ],
  () => [`DROP INDEX channels_of_till`, `CREATE INDEX channels_of_till ON channels (till, channel_id)`],
  () => [`CREATE TABLE read_tills (till TEXT NOT NULL PRIMARY KEY, next_block BIGINT NOT NULL)`],
  // A till's closes, and a key's demands.
  () => [`ALTER TABLE read_tills RENAME TO read_events`, `ALTER TABLE read_events RENAME COLUMN till TO address`],
];

/**
 * Brings the tables to this program's version.
 * @throws Error if they are of a newer program
 */
export async function migrate(database: Sql): Promise<void> {
  await database.transaction([
    { text: "CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY)", values: [] },
  ]);
  const done = await version(database);
  for (let number = done + 1; number <= MIGRATIONS.length; number++) {
    const steps: Statement[] = MIGRATIONS[number - 1]!(database).map((text) => ({ text, values: [] }));
    await database.transaction([...steps, sql`INSERT INTO migrations (number) VALUES (${number})`]);
  }
}

/** @throws Error if the tables are not of this program's version */
export async function checkMigrated(database: Sql): Promise<void> {
  const done = await version(database);
  if (done < MIGRATIONS.length)
    throw new Error(
      `the books are of version ${done}, this program needs ${MIGRATIONS.length}: start the gateway once`,
    );
}

async function version(database: Sql): Promise<number> {
  const [row] = await database.all(sql`SELECT MAX(number) AS number FROM migrations`);
  const done = Number(row?.number ?? 0);
  if (done > MIGRATIONS.length)
    throw new Error(`the books are of version ${done}, this program knows ${MIGRATIONS.length}: use a newer gateway`);
  return done;
}
