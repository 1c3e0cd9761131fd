// Claims that the main job leaves to their owners' wallets, so that the dashboard has something to claim.
import type { Address } from "viem";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Payment } from "../chain/payments.ts";
import type { Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { PayoutOpening } from "./engine-results.ts";
import type { LocalChain } from "./local-chain.ts";

/** What waits for one contributor. */
export interface LeftClaim {
  name: string;
  position: bigint;
  owner: Address;
  attributed: bigint;
  accrued: bigint;
}

export interface Leaving {
  datanets: Pick<Datanets, "contributions">;
  /** Of position 1, 2, and so on. */
  owners: readonly Address[];
  openings: readonly PayoutOpening[];
  /** Payments that were made already. */
  payments: readonly Payment[];
  count: number;
}

/** The `count` contributions that earned most among those that nothing was claimed for yet. */
export async function leaveClaims(
  chain: LocalChain,
  { addresses }: Deployment,
  { datanets, owners, openings, payments, count }: Leaving,
): Promise<LeftClaim[]> {
  const earned = new Map(openings.map(({ position, cumulative }) => [BigInt(position), BigInt(cumulative)]));
  const claimed = new Set(payments.map(({ position }) => position));
  const best = datanets.contributions
    .map(({ name, position }) => ({ name, position, attributed: earned.get(position) ?? 0n }))
    .filter(({ position }) => !claimed.has(position))
    .sort((a, b) => (a.attributed === b.attributed ? 0 : a.attributed > b.attributed ? -1 : 1));
  return Promise.all(
    best.slice(0, count).map(async (claim) => ({
      ...claim,
      owner: owners[Number(claim.position) - 1]!,
      accrued: await chain.client.readContract({
        address: addresses.RoyaltyLedger,
        abi: royaltyLedgerAbi,
        functionName: "accruedOf",
        args: [claim.position],
      }),
    })),
  );
}
