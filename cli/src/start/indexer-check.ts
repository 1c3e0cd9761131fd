// Checks that what the GraphQL API says is what the chain says.
import type { Indexer } from "@tributary/indexer/start";
import { UserError } from "../errors.ts";
import type { Checks } from "./checks.ts";
import type { Payment } from "./claims.ts";

const QUERY = `{
  claims(limit: 1000) { totalCount items { attributed accrued } }
  settlements { items { count } }
}`;

interface Answer {
  claims: { totalCount: number; items: { attributed: string; accrued: string }[] };
  settlements: { items: { count: number }[] };
}

/** Waits until the indexer has `block`, then compares claims and calls. */
export async function checkIndexer(
  checks: Checks,
  indexer: Indexer,
  block: bigint,
  payments: readonly Payment[],
  calls: number,
): Promise<void> {
  await indexer.waitForBlock(block);
  const { claims, settlements } = await ask(indexer.graphqlUrl);
  const claimed = claims.items.reduce((sum, { attributed, accrued }) => sum + BigInt(attributed) + BigInt(accrued), 0n);
  const paid = payments.reduce((sum, { attributed, accrued }) => sum + attributed + accrued, 0n);
  checks.equal("GraphQL agrees with the chain on what was claimed", ["GraphQL", claimed], ["chain", paid]);
  checks.equal(
    "GraphQL agrees on the number of claims",
    ["GraphQL", BigInt(claims.totalCount)],
    ["chain", BigInt(payments.length)],
  );
  const counted = settlements.items.reduce((sum, { count }) => sum + count, 0);
  checks.equal("GraphQL agrees on the number of paid calls", ["GraphQL", BigInt(counted)], ["paid", BigInt(calls)]);
}

async function ask(url: string): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: { message: string }[] };
  if (data === undefined || errors !== undefined) {
    throw new UserError(
      `${url} answers ${response.status}: ${errors?.map(({ message }) => message).join("; ") ?? "no data"}`,
      1,
    );
  }
  return data;
}
