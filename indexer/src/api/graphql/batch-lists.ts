// Lets Ponder's GraphQL schema read lists and rows within lists with one query for all of them, and of rows only what is selected.
import { createTableRelationsHelpers, extractTablesRelationalConfig, is, One } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { getNamedType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType } from "graphql";
import { type BatchContext, listOf, listOfAll, rowByKey, rowOf } from "./resolvers.ts";
import { type PonderResolver, recorderOf } from "./record-statements.ts";
import type { Snapshots } from "./snapshots.ts";
import { keysOf } from "./statement.ts";
import { type Row, TableShape } from "./table-shape.ts";

type Field = GraphQLField<Row, BatchContext>;

/** Changes the resolvers of the schema, and nothing that is seen of it. */
export async function batchLists(
  schema: GraphQLSchema,
  tables: Record<string, unknown>,
  snapshots: Snapshots,
): Promise<void> {
  const relational = extractTablesRelationalConfig(tables, createTableRelationsHelpers).tables;
  const shapes = new Map(
    Object.values(relational).map((table) => [table.tsName, new TableShape(table, tables[table.tsName] as PgTable)]),
  );
  for (const shape of shapes.values()) {
    for (const field of fieldsOf(schema.getType(shape.name) as GraphQLObjectType<Row, BatchContext>)) {
      const relation = shape.relations[field.name];
      if (relation === undefined) continue;
      if (is(relation, One)) {
        const other = shapes.get(getNamedType(field.type).name)!;
        const keys = (relation.config?.fields ?? []).map((column) => shape.nameOf(column));
        shape.keys.set(field.name, keys);
        field.resolve = rowOf(other, keys, relation.config?.references ?? []);
      } else {
        const other = shapes.get(listedIn(field)!)!;
        const resolve = field.resolve as PonderResolver;
        const recordStatements = recorderOf(resolve);
        const { rows } = await recordStatements({}, false);
        shape.keys.set(field.name, keysOf(rows));
        field.resolve = listOf(shape, other, resolve, recordStatements);
      }
    }
  }
  for (const field of fieldsOf(schema.getQueryType()!)) {
    const list = shapes.get(listedIn(field) ?? "");
    const single = shapes.get(getNamedType(field.type).name);
    if (list !== undefined) {
      const resolve = field.resolve as PonderResolver;
      field.resolve = listOfAll(list, resolve, recorderOf(resolve), snapshots);
    } else if (single !== undefined) {
      field.resolve = rowByKey(
        single,
        field.args.map(({ name }) => name),
      );
    }
  }
}

function fieldsOf(type: GraphQLObjectType<Row, BatchContext>): Field[] {
  return Object.values(type.getFields());
}

/** Name of the type whose rows a page has. */
export function listedIn({ type }: Pick<Field, "type">): string | undefined {
  const page = getNamedType(type);
  const items = isObjectType(page) ? page.getFields()["items"] : undefined;
  return items && getNamedType(items.type).name;
}
