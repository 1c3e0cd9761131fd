// Walks over the pages of a list by cursors.
import { query, type Row } from "./graphql.ts";

interface CursorPage {
  items: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** @returns all rows in the order of the pages. @param between is done after each page but the last */
export async function walkPages(
  graphqlUrl: string,
  table: string,
  limit: number,
  between: () => Promise<void>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ; await between()) {
    const cursor: string = after === null ? "" : `, after: "${after}"`;
    const text = `{ ${table}(orderBy: "id", limit: ${limit}${cursor}) { items { id } pageInfo { hasNextPage endCursor } } }`;
    const { [table]: page } = await query<Record<string, CursorPage>>(graphqlUrl, text);
    rows.push(...page!.items);
    if (!page!.pageInfo.hasNextPage) return rows;
    after = page!.pageInfo.endCursor;
  }
}
