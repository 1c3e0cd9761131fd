// SQL of one list or row, and the same SQL for many keys at once.
import { is, Placeholder, type Query } from "drizzle-orm";
import type { Database } from "./ponder-schema.ts";
import { StatementNames } from "./statement-names.ts";

/** Parameters are values, or placeholders that are named as the columns of the row above that they stand for. */
export interface Statement extends Query {
  /** How many columns its rows have. */
  width: number;
}

/** Columns of the row above that a statement depends on, each once. */
export function keysOf({ params }: Query): string[] {
  return [...new Set(params.flatMap((param) => (is(param, Placeholder) ? [param.name as string] : [])))];
}

/** A statement's rows, of each only the columns at these places. */
export async function read(database: Database, statement: Statement, places: readonly number[]): Promise<unknown[][]> {
  const { sql, params, width } = statement;
  return await rowsOf(database, `SELECT ${columns(places)} FROM (${sql}) AS s(${columns(indices(width))})`, params);
}

/**
 * A statement's rows for each of many keys, in one query: the database runs it once per key.
 * @param keys per key the values of {@link keysOf}, as the database takes them
 * @param types SQL types of {@link keysOf}
 */
export async function readForEach(
  database: Database,
  statement: Statement,
  places: readonly number[],
  keys: readonly (readonly unknown[])[],
  types: readonly string[],
): Promise<unknown[][][]> {
  const names = keysOf(statement);
  const params: unknown[] = names.map((_, place) => keys.map((key) => key[place]));
  // The values of Ponder's SQL are parameters, so every `$1` in its text is one.
  const text = statement.sql.replace(/\$(\d+)/g, (_, number: string) => {
    const param = statement.params[Number(number) - 1];
    if (is(param, Placeholder)) return `k.v${names.indexOf(param.name as string)}`;
    return `$${params.push(param)}`;
  });
  const arrays = types.map((type, place) => `$${place + 1}::${type}[]`).join(", ");
  const values = names.map((_, place) => `v${place}`).join(", ");
  const rows = await rowsOf(
    database,
    `SELECT k.n::int4, ${columns(places)} FROM unnest(${arrays}) WITH ORDINALITY AS k(${values}, n) ` +
      `CROSS JOIN LATERAL (${text}) AS s(${columns(indices(statement.width))})`,
    params,
  );
  const found: unknown[][][] = keys.map(() => []);
  // A LATERAL query with a key is joined by a loop over the keys, which keeps its rows in their order.
  for (const [number, ...row] of rows) found[(number as number) - 1]!.push(row);
  return found;
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place);
}

function columns(places: readonly number[]): string {
  return places.map((place) => `c${place}`).join(", ");
}

const names = new StatementNames();

/** What is asked often is planned once per connection: planning takes the database longer than reading a few rows. */
export async function rowsOf(database: Database, sql: string, params: unknown[]): Promise<unknown[][]> {
  const name = names.of(sql);
  try {
    return await run(database, sql, params, name);
  } catch (error) {
    if (name === undefined || !isOutdated(error)) throw error;
    names.forget(sql);
    return await run(database, sql, params, undefined);
  }
}

function run(database: Database, sql: string, params: unknown[], name: string | undefined): Promise<unknown[][]> {
  return database._.session
    .prepareQuery<{ execute: unknown[][]; all: unknown; values: unknown }>(
      { sql, params },
      undefined,
      name,
      true,
      (rows) => rows,
    )
    .execute();
}

/**
 * Whether what was prepared may not fit any more: after views show another build's tables, whose enumerations are types of their own ("cached plan must not change
 * result type", "operator does not exist"), or where something between gave the name to another connection. Classes 0A, 26 and 42 of PostgreSQL's codes.
 */
function isOutdated(error: unknown): boolean {
  return /^(0A|26|42)/.test(codeOf(error) ?? "");
}

/** PostgreSQL's code of an error, or of what caused it. */
export function codeOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const known = code ?? cause?.code;
  return typeof known === "string" ? known : undefined;
}

/** A text that is another one for other values. */
export function keyOf(values: unknown): string {
  return JSON.stringify(values, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
