// What a wallet may claim of a position: nothing is offered that this browser has not held against the chain's root.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { type Hex, zeroHash } from "viem";
import type { CheckChain } from "../../check/chain.ts";
import { checkPosition, type Claimable, type ServedClaim } from "../../check/check-position.ts";
import type { CheckResult } from "../../check/result.ts";
import { fetchOpening, OpeningError } from "../../data/openings.ts";

/** `RoyaltyVault.Claim`. */
export interface VaultClaim {
  readonly position: bigint;
  readonly cumulative: bigint;
  readonly payloadHash: Hex;
  readonly opening: Hex;
}

/** Base units. */
export interface Offer {
  readonly position: bigint;
  readonly attributed: bigint;
  readonly accrued: bigint;
  /** What the vault is to be given; undefined where there is nothing to claim. */
  readonly claim: VaultClaim | undefined;
  readonly basis:
    | { readonly kind: "proven"; readonly result: CheckResult<Claimable> }
    /** The served opening does not fit the chain; direct income needs none. */
    | { readonly kind: "refused"; readonly result: CheckResult<Claimable>; readonly reason: string }
    /** No opening could be had. */
    | { readonly kind: "unopened"; readonly reason: string; readonly hint: string };
}

/** @throws ChainUnreadable if the chain cannot be read */
export async function claimOf(
  chain: CheckChain,
  indexerUrl: string,
  position: bigint,
  signal?: AbortSignal,
): Promise<Offer> {
  let served: ServedClaim;
  try {
    served = await fetchOpening<ServedClaim>(indexerUrl, `claim/${position}`, signal);
  } catch (error) {
    if (!(error instanceof OpeningError)) throw error;
    return directOnly(chain, position, { kind: "unopened", reason: error.message, hint: error.hint });
  }
  return offerOf(chain, position, served);
}

/** @param served what the indexer's operator says, which may be anything */
export async function offerOf(chain: CheckChain, position: bigint, served: ServedClaim): Promise<Offer> {
  const result = await checkPosition(chain, position, served);
  const { found, steps } = result;
  if (found === undefined) {
    const wrong = steps.find(({ holds }) => !holds);
    const reason =
      wrong === undefined ? "a step fails" : `${wrong.what}: found ${wrong.found}, expected ${wrong.expected}`;
    return directOnly(chain, position, { kind: "refused", result, reason });
  }
  const { attributed, accrued } = found;
  // A claim of what is attributed needs the opening; one of direct income alone is cheaper without.
  const claim = attributed > 0n ? vaultClaim(position, served) : directClaim(position, accrued);
  return { position, attributed, accrued, claim, basis: { kind: "proven", result } };
}

async function directOnly(chain: CheckChain, position: bigint, basis: Offer["basis"]): Promise<Offer> {
  const accrued = await chain.reader.readContract({
    address: chain.addresses.RoyaltyLedger,
    abi: royaltyLedgerAbi,
    functionName: "accruedOf",
    args: [position],
  });
  return { position, attributed: 0n, accrued, claim: directClaim(position, accrued), basis };
}

function vaultClaim(position: bigint, { claim: { cumulative, payloadHash, opening } }: ServedClaim): VaultClaim {
  return { position, cumulative: BigInt(cumulative), payloadHash, opening };
}

function directClaim(position: bigint, accrued: bigint): VaultClaim | undefined {
  return accrued === 0n ? undefined : { position, cumulative: 0n, payloadHash: zeroHash, opening: "0x" };
}
