// The SQL that one of Ponder's resolvers would run, without running it.
import { Placeholder, type Query } from "drizzle-orm";
import { type PgTable, QueryBuilder } from "drizzle-orm/pg-core";
import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import type { PonderContext } from "./ponder-schema.ts";

export type PonderResolver = GraphQLFieldResolver<unknown, PonderContext, Record<string, unknown>>;

export interface Recorded {
  rows: Query;
  count: Query | undefined;
}

interface Built {
  toSQL(): Query;
  then?: unknown;
}

const builder = new QueryBuilder({ casing: "snake_case" });

/** A row whose every column is a placeholder of that name. */
export const ANY_ROW: unknown = new Proxy({}, { get: (_row, name) => new Placeholder(String(name)) });

/**
 * @param parent the row whose list it is; {@link ANY_ROW} for SQL that fits each
 * @throws what Ponder says of arguments that are wrong
 */
export async function recordStatements(
  resolve: PonderResolver,
  parent: unknown,
  args: Record<string, unknown>,
  info: GraphQLResolveInfo,
): Promise<Recorded> {
  let rows: Built | undefined;
  let count: Built | undefined;
  const built = (query: Built): Built => {
    // Awaited, it is no list of rows but an empty one.
    query.then = (found: (empty: unknown[]) => void) => {
      found([]);
    };
    return query;
  };
  const recorder = {
    raw: { select: () => ({ from: (table: PgTable) => (rows = built(builder.select().from(table))) }) },
    wrap: (read: (database: unknown) => unknown) =>
      Promise.resolve(
        read({
          select: (fields: Parameters<QueryBuilder["select"]>[0]) => ({
            from: (table: PgTable) => (count = built(builder.select(fields!).from(table))),
          }),
        }),
      ),
  } as unknown as PonderContext["qb"];
  await resolve(parent, args, { qb: recorder }, info);
  if (rows === undefined) throw new Error("Ponder's resolver of a list asked for no rows: is it another version's?");
  return { rows: rows.toSQL(), count: count?.toSQL() };
}
