// Claims as transactions: several positions in one, within the gas that a block has.
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { type Address, encodeFunctionData } from "viem";
import type { Call } from "../../wallet/call.ts";
import type { Offer, VaultClaim } from "./claim-of.ts";

/** Positions of one transaction. */
export const BATCH = 16;

/** Of all offers together, base units; `unproven` offers may have more attributed than none. */
export function totalsOf(offers: readonly Offer[]): {
  attributed: bigint;
  accrued: bigint;
  claimable: number;
  unproven: number;
} {
  return {
    unproven: offers.filter(({ basis }) => basis.kind !== "proven").length,
    attributed: offers.reduce((sum, { attributed }) => sum + attributed, 0n),
    accrued: offers.reduce((sum, { accrued }) => sum + accrued, 0n),
    claimable: offers.filter(({ claim }) => claim !== undefined).length,
  };
}

/** The transactions that claim all offers that there is something to claim of. */
export function claimCalls(vault: Address, offers: readonly Offer[]): Call[] {
  const claims = offers.flatMap(({ claim }) => (claim === undefined ? [] : [claim]));
  const calls: Call[] = [];
  for (let from = 0; from < claims.length; from += BATCH)
    calls.push(claimCall(vault, claims.slice(from, from + BATCH)));
  return calls;
}

function claimCall(vault: Address, claims: readonly VaultClaim[]): Call {
  const [first, ...others] = claims.map(({ position }) => position);
  const what = others.length === 0 ? `claim for position ${first}` : `claim for ${claims.length} positions`;
  return { what, to: vault, data: encodeFunctionData({ abi: royaltyVaultAbi, functionName: "claim", args: [claims] }) };
}
