// Asks an indexer over GraphQL.

export interface Page<T> {
  items: T[];
  totalCount: number;
}

interface Answer<T> {
  data?: T;
  errors?: { message: string }[];
}

/** Throws the server's messages if there are any. */
export async function query<T>(graphqlUrl: string, text: string): Promise<T> {
  const { data, errors } = await ask<T>(graphqlUrl, text);
  if (errors !== undefined || data === undefined) {
    throw new Error(`${errors?.map(({ message }) => message).join("; ") ?? "no data"}, for ${text}`);
  }
  return data;
}

export async function ask<T>(graphqlUrl: string, text: string): Promise<Answer<T>> {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: text }),
  };
  // A server closes connections that were idle for some seconds, and a busy client may use one in that instant.
  const response = await fetch(graphqlUrl, request).catch(() => fetch(graphqlUrl, request));
  return (await response.json()) as Answer<T>;
}

export type Row = Record<string, string | number | boolean | null>;

/** All rows of all tables with all their columns, by table; `schema` is the GraphQL schema's text. */
export async function dumpTables(graphqlUrl: string, schema: string): Promise<Record<string, Row[]>> {
  const dump: Record<string, Row[]> = {};
  for (const [table, columns] of tablesOf(schema)) {
    const text = `{ ${table}s(limit: 1000) { items { ${columns.join(" ")} } } }`;
    const { [`${table}s`]: page } = await query<Record<string, Page<Row>>>(graphqlUrl, text);
    dump[table] = page?.items ?? [];
  }
  return dump;
}

/** The tables are the types that have pages; a column is a field whose type is no table and no page. */
function tablesOf(schema: string): Map<string, string[]> {
  const bodies = new Map<string, string>();
  for (const [, name, body] of schema.matchAll(/^type (\w+) \{\n(.*?)\n\}/gms)) bodies.set(name!, body!);
  const tables = [...bodies.keys()].filter((name) => bodies.has(`${name}Page`));
  return new Map(
    tables.map((table) => {
      const fields = [...bodies.get(table)!.matchAll(/^ {2}(\w+)(?:\(.*?\))?: (\w+)!?$/gm)];
      return [table, fields.filter(([, , type]) => !bodies.has(type!)).map(([, name]) => name!)];
    }),
  );
}
