// Of each list in the GraphQL schema: which columns its table is searched by, and which of them the row above has.
import { createTableRelationsHelpers, extractTablesRelationalConfig, is, Many, normalizeRelation } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { getNamedType, type GraphQLSchema, isObjectType } from "graphql";
import type { Lists } from "../graphql-cost.ts";
import type { ListTable } from "../search-cost.ts";
import { listedIn } from "./batch-lists.ts";

/** @param tables what the module `ponder:schema` exports */
export function listsOf(schema: GraphQLSchema, tables: Record<string, unknown>): Lists {
  const { tables: relational, tableNamesMap } = extractTablesRelationalConfig(tables, createTableRelationsHelpers);
  const found = new Map<string, ListTable>();
  const indexes = new Map<string, string[][]>();
  for (const { tsName, columns } of Object.values(relational)) {
    const named = new Map(Object.entries(columns).map(([name, column]) => [column.name, name]));
    const { indexes: others, primaryKeys } = getTableConfig(tables[tsName] as PgTable);
    const single = Object.entries(columns).flatMap(([name, column]) => (column.primary ? [[name]] : []));
    const keys = primaryKeys.map((key) => key.columns.map((column) => named.get(column.name)!));
    const rest = others.map(({ config }) =>
      config.columns.map((column) => named.get((column as { name?: string }).name ?? "") ?? ""),
    );
    indexes.set(tsName, [...single, ...keys, ...rest]);
  }
  const query = schema.getQueryType()!;
  for (const { name, type } of Object.values(query.getFields())) {
    const table = listedIn({ type });
    if (table !== undefined) found.set(`${query.name}.${name}`, { indexes: indexes.get(table)!, keys: [] });
  }
  for (const { tsName, relations } of Object.values(relational)) {
    for (const [name, relation] of Object.entries(relations)) {
      if (!is(relation, Many)) continue;
      const table = listedIn(fieldOf(schema, tsName, name)!)!;
      const { references } = normalizeRelation(relational, tableNamesMap, relation);
      const columns = Object.entries(relational[table]!.columns);
      const keys = references.map((key) => columns.find(([, column]) => column.name === key.name)![0]);
      found.set(`${tsName}.${name}`, { indexes: indexes.get(table)!, keys });
    }
  }
  return {
    tableOf: (type, field) => found.get(`${type}.${field}`),
    typeOf: (type, field) => {
      const below = fieldOf(schema, type, field);
      return below && getNamedType(below.type).name;
    },
  };
}

function fieldOf(schema: GraphQLSchema, type: string, field: string) {
  const above = schema.getType(type);
  return isObjectType(above) ? above.getFields()[field] : undefined;
}
