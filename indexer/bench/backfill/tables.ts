// What the six tables of an indexer hold, so that none is fast by leaving something out.
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";

const COLUMNS = {
  token: ["id", "owner", "price", "income", "moves", "in_favour", "against"],
  holder: ["id", "tokens", "paid"],
  move: ["id", "token_id", "from", "to", "at", "transaction_hash"],
  payment: ["id", "token_id", "payer", "amount", "at", "transaction_hash"],
  vote: ["id", "token_id", "voter", "in_favour", "at", "transaction_hash"],
  hour: ["id", "payments", "income"],
} as const;
export type TableName = keyof typeof COLUMNS;

/** Rows, and a digest over the content of all of them. */
export type Contents = Record<TableName, { rows: number; digest: string }>;

type Query = (sql: string) => Promise<{ rows: unknown[] }>;

async function read(query: Query, schema: string): Promise<Contents> {
  const contents = {} as Contents;
  for (const [table, columns] of Object.entries(COLUMNS)) {
    const row = columns.map((column) => `"${column}"`).join(", ");
    const text = `string_agg(concat_ws(',', ${row}), ';' ORDER BY id::text COLLATE "C")`;
    const { rows } = await query(
      `SELECT count(*)::int AS rows, md5(coalesce(${text}, '')) AS digest FROM "${schema}"."${table}"`,
    );
    contents[table as TableName] = rows[0] as Contents[TableName];
  }
  return contents;
}

export async function contentsOf(databaseUrl: string, schema: string): Promise<Contents> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await read((sql) => client.query(sql), schema);
  } finally {
    await client.end();
  }
}

/** Of an embedded database that nobody uses any more. */
export async function embeddedContentsOf(folder: string, schema: string): Promise<Contents> {
  const database = await PGlite.create(folder);
  try {
    return await read((sql) => database.query(sql), schema);
  } finally {
    await database.close();
  }
}

/** Names of tables that differ. */
export function differences(one: Contents, other: Contents): TableName[] {
  return (Object.keys(COLUMNS) as TableName[]).filter(
    (table) => one[table].rows !== other[table].rows || one[table].digest !== other[table].digest,
  );
}

/** Events that were indexed, by the rows that each leaves. */
export function eventsIn(contents: Contents): number {
  return contents.token.rows + contents.move.rows + contents.payment.rows + contents.vote.rows;
}
