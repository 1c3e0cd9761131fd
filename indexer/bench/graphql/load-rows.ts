// Fills the real indexer's tables with rows as a large protocol would have them.
import { Client } from "pg";

/** Share of all rows that each table gets, in thousandths, except where a table has a fixed number; the shares add up to 1,000. */
const SHARES: Record<string, number> = {
  accrual: 250,
  position: 120,
  contribution: 120,
  claim: 110,
  settlement: 100,
  fee_split: 100,
  position_day: 100,
  settlement_status_change: 60,
  datanet_contributor: 30,
  datanet_period: 10,
};
const DATANETS = 200;
const MODELS = 100;
const VERSIONS = 300;
const SETTLEMENTS_PER_EPOCH = 50;
const PERIODS = 600;
const HOUR_SECONDS = 3_600;

/** Numbers of rows that the queries choose from. */
export interface LoadedRows {
  rows: number;
  datanets: number;
  contributions: number;
  positions: number;
  models: number;
  versions: number;
  epochs: number;
  /** Ids begin after this one, so that they meet none of the chain's. */
  firstId: number;
}

const FIRST_ID = 1_000_000;

/** Values of columns by table or for all tables, in SQL; `i` counts a table's rows from 1. What is not here gets a plain value of its type, or none. */
type Values = Record<string, string>;

function valuesOf(table: string, counts: LoadedRows, now: number): Values {
  const { contributions, positions } = counts;
  const pick = (count: number, step = 7_919): string => `${FIRST_ID} + (i * ${step}::bigint) % ${count} + 1`;
  const common: Values = {
    created_block: "i",
    block: "i",
    at: `${now} - (i * 37) % 5000000`,
    position_id: pick(positions),
    datanet_id: pick(DATANETS),
    model_id: pick(MODELS, 1),
    version_id: pick(VERSIONS, 1),
    settlement_id: pick(counts.rows / 10, 1),
    contribution_id: pick(contributions),
    owner: "'0x' || lpad(to_hex((i * 31) % 5000), 40, '0')",
    contributor: "'0x' || lpad(to_hex((i * 31) % 5000), 40, '0')",
  };
  const own: Record<string, Values> = {
    contribution: {
      status: "'accepted'",
      reason: "'review_passed'",
      position_id: pick(positions, 1),
      place: "i",
      record_count: "100",
    },
    position: { kind: "'contributor'" },
    settlement: {
      status: "'ready'",
      epoch_id: `${FIRST_ID} + (i - 1) / ${SETTLEMENTS_PER_EPOCH} + 1`,
      group: "1",
      count: "100",
    },
    settlement_status_change: { status: "'ready'" },
    position_day: {
      start: `${now - (now % 86_400)} - ((i - 1) / ${positions}) * 86400`,
      position_id: `${FIRST_ID} + (i - 1) % ${positions} + 1`,
    },
    datanet_contributor: {
      datanet_id: `${FIRST_ID} + i % ${DATANETS} + 1`,
      contributor: "'0x' || lpad(to_hex(i), 40, '0')",
      accepted_records: "(i * 7919) % 100003",
    },
    datanet_period: {
      datanet_id: `${FIRST_ID} + i % ${DATANETS} + 1`,
      period: "'day'",
      start: `${now - (now % 86_400)} - ((i - 1) / ${DATANETS}) * 86400`,
    },
    protocol_period: {
      period: "CASE WHEN i % 2 = 0 THEN 'day'::text ELSE 'hour' END",
      start: `${now - (now % 86_400)} - (i / 2) * ${HOUR_SECONDS}`,
    },
    epoch: { status: "'finalized'", settlement_count: `${SETTLEMENTS_PER_EPOCH}` },
    proposal: { status: "'finalized'", epoch_id: `${FIRST_ID} + i`, proposal: "1" },
    payout_root: { epoch_id: `${FIRST_ID} + i` },
    version_datanet: {
      version_id: `${FIRST_ID} + i % ${VERSIONS} + 1`,
      datanet_id: `${FIRST_ID} + (i * 37 + i / ${VERSIONS}) % ${DATANETS} + 1`,
      contributions: String(Math.ceil(contributions / DATANETS) + 1),
    },
    model: { latest_version_id: `${FIRST_ID} + i` },
    version_parent: {
      version_id: `${FIRST_ID} + ${MODELS} + i`,
      parent_id: `${FIRST_ID} + i`,
    },
  };
  return { ...common, ...own[table] };
}

interface Column {
  column_name: string;
  data_type: string;
  is_nullable: "YES" | "NO";
  udt_name: string;
}

/** Loads about `rows` rows into the tables of `schema`, and lets PostgreSQL count them. */
export async function loadRows(
  databaseUrl: string,
  schema: string,
  rows: number,
  say: (text: string) => void,
): Promise<LoadedRows> {
  const share = (table: string): number => Math.round((rows * SHARES[table]!) / 1_000);
  const epochs = Math.ceil(share("settlement") / SETTLEMENTS_PER_EPOCH);
  const numbers: Record<string, number> = {
    ...Object.fromEntries(Object.keys(SHARES).map((table) => [table, share(table)])),
    datanet: DATANETS,
    model: MODELS,
    model_version: VERSIONS,
    version_datanet: VERSIONS * 4,
    version_parent: VERSIONS - MODELS,
    epoch: epochs,
    proposal: epochs,
    payout_root: epochs,
    protocol_period: PERIODS,
  };
  const counts: LoadedRows = {
    rows,
    datanets: DATANETS,
    contributions: numbers["contribution"]!,
    positions: numbers["position"]!,
    models: MODELS,
    versions: VERSIONS,
    epochs,
    firstId: FIRST_ID,
  };
  const now = Math.floor(Date.now() / 1_000);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // The triggers that keep what a reorganisation would undo are for the indexer's own rows.
    await client.query("SET session_replication_role = replica");
    let loaded = 0;
    for (const [table, count] of Object.entries(numbers)) {
      say(`loading rows: ${loaded} of ${rows}`);
      const { rows: columns } = await client.query<Column>(
        "SELECT column_name, data_type, udt_name, is_nullable FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position",
        [schema, table],
      );
      if (columns.length === 0) throw new Error(`the indexer has no table ${table} in ${schema}`);
      const values = valuesOf(table, counts, now);
      const expressions = columns.map((column) => expressionOf(table, column, values, schema));
      const names = columns.map(({ column_name: name }) => `"${name}"`).join(", ");
      await client.query(
        `INSERT INTO "${schema}"."${table}" (${names}) SELECT ${expressions.join(", ")} FROM generate_series(1, ${count}) AS i`,
      );
      loaded += count;
    }
    say("counting rows");
    await client.query("VACUUM ANALYZE");
    return { ...counts, rows: loaded };
  } finally {
    await client.end();
  }
}

function expressionOf(table: string, column: Column, values: Values, schema: string): string {
  const { column_name: name, data_type: type, udt_name: typeName } = column;
  const isEnum = type === "USER-DEFINED";
  const given = values[name];
  if (given !== undefined) return isEnum ? `(${given})::"${schema}"."${typeName}"` : given;
  if (column.is_nullable === "YES") return "NULL";
  if (isEnum) return `(enum_range(NULL::"${schema}"."${typeName}"))[1]`;
  if (type === "ARRAY") return "'{}'";
  if (type === "boolean") return "false";
  if (type === "integer") return name === "id" ? "i" : "i % 100";
  if (type === "numeric" || type === "bigint")
    return name === "id" ? `${FIRST_ID} + i` : "(i * 104729::bigint) % 1000003";
  if (name === "id") return `'${table}-' || i`;
  return "'0x' || lpad(to_hex(i), 64, '0')";
}
