// What each table's lists and rows within rows are to be: what the tables themselves say.
import { expect } from "chai";
import { type Column, createTableRelationsHelpers, extractTablesRelationalConfig, is, One } from "drizzle-orm";
import * as tables from "../../ponder.schema.ts";
import { query, type Row } from "../support/graphql.ts";

/** Rows of a table that are asked for their relations, and of each list. */
const MOST_ROWS = 100;
const MOST_LISTED = 50;

type Answer = Record<string, { items: Record<string, Row | null | { items: Row[]; totalCount: number }>[] }>;

/**
 * Asks every table for every relation of its rows, and compares with the tables.
 * @param dump all rows of all tables, in the order of their keys
 * @returns how many rows were found by a relation
 */
export async function expectRelations(graphqlUrl: string, dump: Record<string, Row[]>): Promise<number> {
  const relational = extractTablesRelationalConfig(tables, createTableRelationsHelpers).tables;
  let found = 0;
  for (const table of Object.values(relational)) {
    for (const [name, relation] of Object.entries(table.relations)) {
      const other = Object.values(relational).find(({ dbName }) => dbName === relation.referencedTableName)!;
      const columns = Object.keys(dump[other.tsName]![0] ?? {});
      // Of tables without rows nothing can be told.
      if (columns.length === 0 || dump[table.tsName]!.length === 0) continue;
      const isOne = is(relation, One);
      const back = isOne ? relation : oneBack(other.relations, relation.relationName, table.dbName);
      const [near, far] = [back.config!.fields, back.config!.references].map((list) => list.map(nameOf)) as [
        string[],
        string[],
      ];
      const [mine, theirs] = isOne ? [near, far] : [far, near];
      const selected = columns.join(" ");
      const inner = isOne ? `{ ${selected} }` : `(limit: ${MOST_LISTED}) { totalCount items { ${selected} } }`;
      const text = `{ ${table.tsName}s(limit: ${MOST_ROWS}) { items { own: ${name} ${inner} } } }`;
      const { items } = (await query<Answer>(graphqlUrl, text))[`${table.tsName}s`]!;
      for (const [place, { own }] of items.entries()) {
        const row = dump[table.tsName]![place]!;
        const expected = dump[other.tsName]!.filter((candidate) =>
          mine.every((key, at) => row[key] !== null && row[key] === candidate[theirs[at]!]),
        );
        found += expected.length;
        const wanted = isOne
          ? (expected[0] ?? null)
          : { totalCount: expected.length, items: expected.slice(0, MOST_LISTED) };
        expect(own, `${table.tsName}.${name} of row ${place}`).to.deep.equal(wanted);
      }
    }
  }
  return found;
}

/** The relation that a list is the other side of: the one of its name, else the first to the table. */
function oneBack(relations: Record<string, object>, name: string | undefined, dbName: string): One {
  const ones = Object.values(relations).filter((relation) => is(relation, One));
  const named = name === undefined ? undefined : ones.find(({ relationName }) => relationName === name);
  return named ?? ones.find(({ referencedTableName }) => referencedTableName === dbName)!;
}

function nameOf(column: Column): string {
  const entry = Object.entries(column.table).find(([, candidate]) => candidate === column);
  return entry![0];
}
