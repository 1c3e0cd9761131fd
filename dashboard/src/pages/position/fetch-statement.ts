// Reads everything that a statement is made of, page by page.
import { ask, type Query, type ResultOf, type VariablesOf } from "../../data/graphql.ts";
import { ACCRUALS, PAYMENTS, POSITIONS_OF } from "./queries.ts";
import { statement } from "./statement.ts";

/** The index answers with at most this many positions in one condition. */
const POSITIONS_AT_ONCE = 100;

interface PageOf<Item> {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  items: Item[];
}

/** The statement of one position or of all that an address owns. */
export async function fetchStatement(
  indexerUrl: string,
  of: { position: string } | { owner: string },
): Promise<string> {
  const positions =
    "position" in of
      ? [of.position]
      : (await all(indexerUrl, POSITIONS_OF, { owner: of.owner }, ({ positions: page }) => page)).map(({ id }) => id);
  const accruals = [];
  const claims = [];
  for (let start = 0; start < positions.length; start += POSITIONS_AT_ONCE) {
    const some = { positions: positions.slice(start, start + POSITIONS_AT_ONCE) };
    accruals.push(...(await all(indexerUrl, ACCRUALS, some, (answer) => answer.accruals)));
    claims.push(...(await all(indexerUrl, PAYMENTS, some, (answer) => answer.claims)));
  }
  return statement(accruals, claims);
}

async function all<Q extends Query, Item>(
  indexerUrl: string,
  query: Q,
  variables: Omit<VariablesOf<Q>, "after">,
  pageOf: (answer: ResultOf<Q>) => PageOf<Item>,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const page: PageOf<Item> = pageOf(await ask(indexerUrl, query, { ...variables, after } as VariablesOf<Q>));
    items.push(...page.items);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return items;
}
