// The GraphQL schema that Ponder makes of the tables, and the connection that it reads with.
import { findPackageJSON } from "node:module";
import { pathToFileURL } from "node:url";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { GraphQLSchema } from "graphql";

export type Database = PgDatabase<PgQueryResultHKT, Record<string, unknown>>;

/** What resolvers of Ponder take as context; not documented, so tied to the pinned version. */
export interface PonderContext {
  qb: { raw: Database; wrap<T>(read: (database: Database) => T): T };
}

interface PonderGraphql {
  buildGraphQLSchema(options: { schema: Record<string, unknown> }): GraphQLSchema;
}

/** Ponder's package does not export it: its middleware keeps it to itself. */
export async function buildPonderSchema(tables: Record<string, unknown>): Promise<GraphQLSchema> {
  const manifest = findPackageJSON("ponder", import.meta.url);
  if (manifest === undefined) throw new Error("the package ponder is not installed: run `npm ci`");
  const file = new URL("./dist/esm/graphql/index.js", pathToFileURL(manifest));
  const { buildGraphQLSchema } = (await import(/* @vite-ignore */ file.href)) as PonderGraphql;
  return buildGraphQLSchema({ schema: tables });
}

/** Only reads, and only in the schema that is served. */
export function ponderContext(): PonderContext {
  const { PONDER_DATABASE } = globalThis as unknown as { PONDER_DATABASE: { readonlyQB: PonderContext["qb"] } };
  return { qb: PONDER_DATABASE.readonlyQB };
}
