// The SQL that one of Ponder's resolvers would run, without running it.
import { Placeholder, type Query } from "drizzle-orm";
import { type PgTable, QueryBuilder } from "drizzle-orm/pg-core";
import { type GraphQLFieldResolver, type GraphQLResolveInfo, Kind } from "graphql";
import { LRUCache } from "lru-cache";
import type { PonderContext } from "./ponder-schema.ts";
import { keyOf } from "./statement.ts";

export type PonderResolver = GraphQLFieldResolver<unknown, PonderContext, Record<string, unknown>>;

export interface Recorded {
  rows: Query;
  count: Query | undefined;
}

/** @param countsRows whether the list's length is asked for */
export type RecordStatements = (args: Record<string, unknown>, countsRows: boolean) => Promise<Recorded>;

interface Built {
  toSQL(): Query;
  then?: unknown;
}

/** Of each field: arguments whose SQL is kept, and how long they may be as text. */
const MOST_KEPT = 100;
const MOST_KEPT_LENGTH = 1_000;

const builder = new QueryBuilder({ casing: "snake_case" });

/** A row whose every column is a placeholder of that name: SQL that is made with it fits each row. */
const ANY_ROW: unknown = new Proxy({}, { get: (_row, name) => new Placeholder(String(name)) });

/** @returns what records the SQL of a list for its arguments; it throws what Ponder says of arguments that are wrong */
export function recorderOf(resolve: PonderResolver): RecordStatements {
  const known = new LRUCache<string, Recorded>({ max: MOST_KEPT });
  return async (args, countsRows) => {
    const key = keyOf([args, countsRows]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const recorded = await record(resolve, args, countsRows);
    if (key.length <= MOST_KEPT_LENGTH) known.set(key, recorded);
    return recorded;
  };
}

async function record(resolve: PonderResolver, args: Record<string, unknown>, countsRows: boolean): Promise<Recorded> {
  let rows: Built | undefined;
  let count: Built | undefined;
  const recorder = {
    raw: { select: () => ({ from: (table: PgTable) => (rows = withoutRows(builder.select().from(table))) }) },
    wrap: (read: (database: unknown) => unknown) =>
      Promise.resolve(
        read({
          select: (fields: Parameters<QueryBuilder["select"]>[0]) => ({
            from: (table: PgTable) => (count = withoutRows(builder.select(fields!).from(table))),
          }),
        }),
      ),
  } as unknown as PonderContext["qb"];
  // Of what is selected, Ponder looks only for this.
  const selections = countsRows ? [{ kind: Kind.FIELD, name: { value: "totalCount" } }] : [];
  const info = { fieldNodes: [{ selectionSet: { selections } }] } as unknown as GraphQLResolveInfo;
  await resolve(ANY_ROW, args, { qb: recorder }, info);
  if (rows === undefined) throw new Error("Ponder's resolver of a list asked for no rows: is it another version's?");
  return { rows: rows.toSQL(), count: count?.toSQL() };
}

/** Awaited, it is an empty list. */
function withoutRows(query: Built): Built {
  query.then = (found: (empty: unknown[]) => void) => {
    found([]);
  };
  return query;
}
