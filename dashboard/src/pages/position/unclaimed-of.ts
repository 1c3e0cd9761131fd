// What was attributed to a position and is not claimed yet, opened from the root that the vault pays by and checked against the chain.
import type { Address } from "viem";
import type { CheckChain } from "../../check/chain.ts";
import { claimOf } from "../wallet/claim-of.ts";
import type { Unclaimed } from "./statement.ts";

/** The newest final payouts, as the index has them: only when they became final is taken from it. */
export interface FinalRoot {
  readonly epochId: string;
  readonly finalizedAt: string;
  readonly createdBlock: string;
  readonly transactionHash: string;
}

/**
 * @param position with whose it is said to be, where that matters
 * @param listed what the index lists: claimed of what was attributed, and direct income that is not paid, base units
 * @throws Error where an opening, or what the index lists, does not fit the chain; ChainUnreadable if that cannot be read
 */
export async function unclaimedOf(
  chain: CheckChain,
  indexerUrl: string,
  { id: positionId, owner }: { readonly id: string; readonly owner?: Address },
  listed: { readonly claimed: bigint; readonly accrued: bigint },
  root: FinalRoot | undefined,
): Promise<Unclaimed> {
  const { basis } = await claimOf(chain, indexerUrl, {
    position: BigInt(positionId),
    ...(owner && { owner }),
  });
  const { finalizedAt: at = "", createdBlock: block = "", transactionHash = "" } = root ?? {};
  const place = { positionId, at, block, transactionHash };
  if (basis.kind === "unopened") return { ...place, amount: undefined, counterpart: `not known: ${basis.reason}` };
  if (basis.kind === "refused")
    throw new Error(`position ${positionId}: what the indexer serves does not fit the chain: ${basis.reason}`);
  if (basis.kind === "foreign") throw new Error(`position ${positionId} is ${basis.owner}'s`);
  const found = basis.result.found!;
  for (const [what, its, chains] of [
    ["claimed of what was attributed", listed.claimed, found.claimed],
    ["direct income that waits", listed.accrued, found.accrued],
  ] as const)
    if (its !== chains)
      throw new Error(
        `position ${positionId}: the index lists ${its} base units as ${what}, the chain says ${chains}; if a claim or a payment is under way, try again in a moment`,
      );
  return { ...place, amount: found.attributed, counterpart: `payouts root of epoch ${root?.epochId ?? "?"}` };
}
