// What a wallet may claim of a position: nothing is offered that this browser has not held against the chain's root.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { type Address, type Hex, isAddressEqual, zeroHash } from "viem";
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

/** A position that a claim is wanted of. */
export interface AskedPosition {
  readonly position: bigint;
  /** Whose it is said to be; whoever it is, if not given. A claim pays the owner, so nothing is offered where the chain names another. */
  readonly owner?: Address;
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
    /** The chain names another owner. */
    | { readonly kind: "foreign"; readonly owner: Address }
    /** No opening could be had. */
    | { readonly kind: "unopened"; readonly reason: string; readonly hint: string };
}

/** @throws ChainUnreadable if the chain cannot be read */
export async function claimOf(
  chain: CheckChain,
  indexerUrl: string,
  asked: AskedPosition,
  signal?: AbortSignal,
): Promise<Offer> {
  let served: ServedClaim;
  try {
    served = await fetchOpening<ServedClaim>(indexerUrl, `claim/${asked.position}`, signal);
  } catch (error) {
    if (!(error instanceof OpeningError)) throw error;
    return directOnly(chain, asked, { kind: "unopened", reason: error.message, hint: error.hint });
  }
  return offerOf(chain, asked, served);
}

/** @param served what the indexer's operator says, which may be anything */
export async function offerOf(chain: CheckChain, asked: AskedPosition, served: ServedClaim): Promise<Offer> {
  const { position } = asked;
  const result = await checkPosition(chain, position, served);
  const { found, steps } = result;
  if (found === undefined) {
    const wrong = steps.find(({ holds }) => !holds);
    const reason =
      wrong === undefined ? "a step fails" : `${wrong.what}: found ${wrong.found}, expected ${wrong.expected}`;
    return directOnly(chain, asked, { kind: "refused", result, reason });
  }
  if (isForeign(asked, found.owner)) return foreign(position, found.owner);
  const { attributed, accrued } = found;
  // A claim of what is attributed needs the opening; one of direct income alone is cheaper without.
  const claim = attributed > 0n ? vaultClaim(position, served) : directClaim(position, accrued);
  return { position, attributed, accrued, claim, basis: { kind: "proven", result } };
}

async function directOnly(
  { reader, addresses }: CheckChain,
  asked: AskedPosition,
  basis: Offer["basis"],
): Promise<Offer> {
  const { position } = asked;
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const positions = { address: addresses.RoyaltyPositions, abi: royaltyPositionsAbi } as const;
  const [accrued, owner] = await Promise.all([
    reader.readContract({ ...ledger, functionName: "accruedOf", args: [position] }),
    reader.readContract({ ...positions, functionName: "ownerOf", args: [position] }),
  ]);
  if (isForeign(asked, owner)) return foreign(position, owner);
  return { position, attributed: 0n, accrued, claim: directClaim(position, accrued), basis };
}

function isForeign({ owner }: AskedPosition, found: Address): boolean {
  return owner !== undefined && !isAddressEqual(owner, found);
}

function foreign(position: bigint, owner: Address): Offer {
  return { position, attributed: 0n, accrued: 0n, claim: undefined, basis: { kind: "foreign", owner } };
}

function vaultClaim(position: bigint, { claim: { cumulative, payloadHash, opening } }: ServedClaim): VaultClaim {
  return { position, cumulative: BigInt(cumulative), payloadHash, opening };
}

function directClaim(position: bigint, accrued: bigint): VaultClaim | undefined {
  return accrued === 0n ? undefined : { position, cumulative: 0n, payloadHash: zeroHash, opening: "0x" };
}
