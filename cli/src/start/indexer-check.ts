// Checks that what the GraphQL API says is what the chain says.
import type { Indexer } from "@tributary/indexer/start";
import { UserError } from "../errors.ts";
import type { Checks } from "./checks.ts";
import type { Payment } from "../chain/payments.ts";
import type { RejectedCopy } from "./simulated-copier.ts";

const QUERY = `{
  claims(limit: 1000) { totalCount items { attributed accrued } }
  settlements { items { count } }
  contributions(where: { status: rejected }) { items { id reason bond slashed reward returned } }
  poolRewards { items { funded claimed } }
  positions(where: { kind: treasury }) { items { paidToProposers } }
}`;

interface Answer {
  claims: { totalCount: number; items: { attributed: string; accrued: string }[] };
  settlements: { items: { count: number }[] };
  contributions: {
    items: { id: string; reason: string; bond: string; slashed: string; reward: string; returned: string }[];
  };
  poolRewards: { items: { funded: string; claimed: string }[] };
  positions: { items: { paidToProposers: string }[] };
}

/** What the chain says of the run. */
export interface OnChain {
  block: bigint;
  payments: readonly Payment[];
  calls: number;
  copy: RejectedCopy;
  paidToStaker: bigint;
  proposerFees: bigint;
}

/** Waits until the indexer has the block, then compares. */
export async function checkIndexer(checks: Checks, indexer: Indexer, onChain: OnChain): Promise<void> {
  const { block, payments, calls, copy, paidToStaker, proposerFees } = onChain;
  await indexer.waitForBlock(block);
  const { claims, settlements, contributions, poolRewards, positions } = await ask(indexer.graphqlUrl);
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
  const [rejected] = contributions.items;
  const stated = `${rejected?.id} ${rejected?.reason} ${rejected?.bond} ${rejected?.slashed} ${rejected?.reward} ${rejected?.returned}`;
  const { contribution, bond, refund, reward, burned } = copy;
  checks.add(
    "GraphQL agrees on the rejected copy",
    contributions.items.length === 1 &&
      stated === `${contribution} duplicate ${bond} ${reward + burned} ${reward} ${refund}`,
    `contribution, reason, bond, slashed, reward, returned: ${stated}`,
  );
  const rewarded = poolRewards.items.reduce((sum, { claimed }) => sum + BigInt(claimed), 0n);
  checks.equal("GraphQL agrees on what stakers were paid", ["GraphQL", rewarded], ["chain", paidToStaker]);
  const feesPaid = positions.items.reduce((sum, { paidToProposers }) => sum + BigInt(paidToProposers), 0n);
  checks.equal("GraphQL agrees on what proposers were paid", ["GraphQL", feesPaid], ["chain", proposerFees]);
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
