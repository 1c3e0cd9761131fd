// Positions: what they are for, whose they are, and what they have.
import { type Address, isAddressEqual } from "viem";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { eventsOf } from "./events.ts";

/** `IRoyaltyPositions.PositionKind`, by number. */
const KINDS = ["none", "treasury", "curator", "contributor", "developer"] as const;

export interface Position {
  readonly position: bigint;
  readonly owner: Address;
  readonly kind: (typeof KINDS)[number];
  /** The datanet (curator, contributor) or the model (developer); 0 for the treasury. */
  readonly subject: bigint;
}

/** @throws UserError if there is no such position */
export async function readPosition({ client, deployment }: Chain, position: bigint): Promise<Position> {
  const positions = { address: deployment.addresses.RoyaltyPositions, abi: royaltyPositionsAbi } as const;
  const count = await client.readContract({ ...positions, functionName: "positionCount" });
  if (position > count)
    throw new UserError(`there is no position ${position} on this chain: they are numbered from 1 to ${count}`);
  const [owner, { kind, subject }] = await Promise.all([
    client.readContract({ ...positions, functionName: "ownerOf", args: [position] }),
    client.readContract({ ...positions, functionName: "positionOf", args: [position] }),
  ]);
  return { position, owner, kind: KINDS[kind]!, subject };
}

/** All positions that an account owns now, by their numbers. */
export async function positionsOf(chain: Chain, owner: Address): Promise<bigint[]> {
  const { client, deployment } = chain;
  const positions = { address: deployment.addresses.RoyaltyPositions, abi: royaltyPositionsAbi } as const;
  const received = await eventsOf(chain, {
    ...positions,
    eventName: "Transfer",
    args: { to: owner },
    fromBlock: BigInt(deployment.block),
  });
  const ids = [...new Set(received.map(({ args }) => args.id))].sort((a, b) => (a < b ? -1 : 1));
  const owners = await Promise.all(
    ids.map((id) => client.readContract({ ...positions, functionName: "ownerOf", args: [id] })),
  );
  return ids.filter((_, i) => isAddressEqual(owners[i]!, owner));
}

/** What a position was paid of its attributed income, and has of direct income; base units. */
export async function readBooks({ client, deployment }: Chain, position: bigint) {
  const { RoyaltyLedger, RoyaltyVault } = deployment.addresses;
  const [claimed, accrued] = await Promise.all([
    client.readContract({ address: RoyaltyVault, abi: royaltyVaultAbi, functionName: "claimedOf", args: [position] }),
    client.readContract({ address: RoyaltyLedger, abi: royaltyLedgerAbi, functionName: "accruedOf", args: [position] }),
  ]);
  return { claimed, accrued };
}
