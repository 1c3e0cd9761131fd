// Reads everything that a statement is made of, page by page, and holds what was claimed and what was not against the chain.
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import type { Address } from "viem";
import type { CheckChain } from "../../check/chain.ts";
import { listedOnce } from "../../data/listed-once.ts";
import { ask, type Query, type ResultOf, type VariablesOf } from "../../data/graphql.ts";
import type { Transferred } from "./owned.ts";
import { ACCRUALS, FINAL_ROOT, OWNERS, PAYMENTS, POSITIONS_OF, TRANSFERS } from "./queries.ts";
import { type Accrued, statement, type Totals } from "./statement.ts";
import { unclaimedOf } from "./unclaimed-of.ts";

/** The index answers with at most this many positions in one condition. */
const POSITIONS_AT_ONCE = 100;
/** It answers with this many openings at a time, of everybody's. */
const OPENINGS_AT_ONCE = 4;

interface PageOf<Item> {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  items: Item[];
}

/**
 * The statement of one position or of all that an address owns.
 * @throws Error if what the index or an opening says of attributed income does not fit the chain, and if this cannot be read
 */
export async function fetchStatement(
  chain: CheckChain,
  indexerUrl: string,
  of: { position: string } | { owner: Address },
): Promise<{ csv: string; totals: Totals }> {
  const positions =
    "position" in of
      ? [of.position]
      : await ownedBy(
          chain,
          of.owner,
          await all(indexerUrl, POSITIONS_OF, { owner: of.owner }, ({ positions: page }) => page),
        );
  const [root] = (await ask(indexerUrl, FINAL_ROOT, {})).payoutRoots.items;
  const accruals: Accrued[] = [];
  const claims: PaymentRow[] = [];
  const transfers: Transferred[] = [];
  const owners = new Map<string, string>();
  for (let start = 0; start < positions.length; start += POSITIONS_AT_ONCE) {
    const some = { positions: positions.slice(start, start + POSITIONS_AT_ONCE) };
    accruals.push(...(await all(indexerUrl, ACCRUALS, some, (answer) => answer.accruals)));
    claims.push(...(await all(indexerUrl, PAYMENTS, some, (answer) => answer.claims)));
    transfers.push(...(await all(indexerUrl, TRANSFERS, some, (answer) => answer.positionTransfers)));
    for (const { id, owner } of await all(indexerUrl, OWNERS, some, ({ positions: page }) => page))
      owners.set(id, owner);
  }
  const unclaimed = [];
  for (let start = 0; start < positions.length; start += OPENINGS_AT_ONCE)
    unclaimed.push(
      ...(await Promise.all(
        positions
          .slice(start, start + OPENINGS_AT_ONCE)
          .map((id) => unclaimedOf(chain, indexerUrl, { id, ...of }, listedOf(accruals, claims, id), root)),
      )),
    );
  return statement(accruals, claims, unclaimed, { owners, transfers });
}

/** @throws Error if one is listed twice, which would be added up twice, or the chain counts another number of them */
async function ownedBy(chain: CheckChain, owner: Address, listed: readonly { id: string }[]): Promise<string[]> {
  const { items, again } = listedOnce(listed);
  if (again > 0)
    throw new Error(`the indexer lists ${again} of ${listed.length} positions of ${owner} more than once: ask another`);
  const counted = await chain.reader.readContract({
    ...{ address: chain.addresses.RoyaltyPositions, abi: royaltyPositionsAbi, functionName: "balanceOf" },
    args: [owner],
  });
  if (counted !== BigInt(items.length))
    throw new Error(
      `the indexer lists ${items.length} positions of ${owner}, the chain counts ${counted}; if one was just made or transferred, try again in a moment`,
    );
  return items.map(({ id }) => id);
}

type PaymentRow = ResultOf<typeof PAYMENTS>["claims"]["items"][number];

/** What the index lists of a position, base units. */
function listedOf(accruals: readonly Accrued[], claims: readonly PaymentRow[], position: string) {
  const isOwn = ({ positionId }: { positionId: string }): boolean => positionId === position;
  const sum = (amounts: readonly string[]): bigint => amounts.reduce((total, amount) => total + BigInt(amount), 0n);
  const paid = claims.filter(isOwn);
  return {
    claimed: sum(paid.map(({ attributed }) => attributed)),
    accrued: sum(accruals.filter(isOwn).map(({ amount }) => amount)) - sum(paid.map(({ accrued }) => accrued)),
  };
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
