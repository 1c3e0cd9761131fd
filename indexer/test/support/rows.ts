// Reads rows of an indexer's tables, and adds up their columns.
import { type Page, query, type Row } from "./graphql.ts";

/** All rows, with the named columns. @param table plural, as GraphQL calls it */
export async function rowsOf(graphqlUrl: string, table: string, columns: string, orderBy = "id"): Promise<Row[]> {
  const text = `{ ${table}(orderBy: "${orderBy}", limit: 1000) { items { ${columns} } } }`;
  const { [table]: page } = await query<Record<string, Page<Row>>>(graphqlUrl, text);
  return page!.items;
}

/** Sum of a column of numbers or decimal strings. */
export function sumOf(rows: readonly Row[], column: string): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row[column] as string | number), 0n);
}
