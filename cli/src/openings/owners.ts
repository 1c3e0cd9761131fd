// Whose a position was, and what went with it when it changed hands: all that it had earned and was not paid.
import { type Address, type Hex, zeroAddress } from "viem";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { eventsOf, noEvent } from "../chain/events.ts";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import type { Entry } from "./earnings.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import { NotKept } from "./not-kept.ts";

/** A place on the chain. */
export interface Place {
  readonly block: bigint;
  readonly logIndex: number;
}

/** A position's owner from an event on. */
export interface Ownership extends Place {
  readonly owner: Address;
  readonly transaction: Hex;
  /** Unix seconds. */
  readonly at: bigint;
}

/** A position changed hands. */
export interface Handover extends Place {
  readonly at: bigint;
  readonly position: bigint;
  readonly what: "transferred";
  readonly from: Address;
  readonly to: Address;
  /** Base units that it had earned and was not paid, which went with it; `null` where the payouts of `epoch` are not kept. */
  readonly amount: bigint | null;
  /** The last final epoch before it; `null` where there was none. */
  readonly epoch: bigint | null;
  readonly transaction: Hex;
}

/** In their order, the first one since the position was made. @throws UserError if the node does not tell of that */
export async function ownershipsOf(chain: Chain, position: bigint): Promise<Ownership[]> {
  const { addresses, block: fromBlock } = chain.deployment;
  const events = await eventsOf(chain, {
    ...{ address: addresses.RoyaltyPositions, abi: royaltyPositionsAbi, eventName: "Transfer" },
    ...{ args: { id: position }, fromBlock: BigInt(fromBlock) },
  });
  if (events[0]?.args.from !== zeroAddress) throw new UserError(noEvent(`of the making of position ${position}`), 1);
  return Promise.all(
    events.map(async ({ args: { to }, blockNumber: block, logIndex, transactionHash: transaction }) => {
      const { timestamp: at } = await chain.client.getBlock({ blockNumber: block });
      return { owner: to, block, logIndex, transaction, at };
    }),
  );
}

/** Who owned the position then. @param ownerships in their order */
export function ownerAt(ownerships: readonly Ownership[], place: Place): Address {
  return (ownerships.findLast((each) => isBefore(each, place)) ?? ownerships[0]!).owner;
}

/**
 * What went with a position at each of its transfers.
 * @param entries all of its direct income and payments, of whatever time
 * @param epochs all that are final
 * @param cumulativeAfter what was ever attributed to it, by the payouts after an epoch
 */
export async function handoversOf(
  position: bigint,
  ownerships: readonly Ownership[],
  entries: readonly Pick<Entry, "what" | "amount" | "block" | "logIndex">[],
  epochs: readonly FinalEpoch[],
  cumulativeAfter: (epoch: FinalEpoch) => Promise<bigint>,
): Promise<Handover[]> {
  const handovers: Handover[] = [];
  for (const [i, { owner: to, block, logIndex, transaction, at }] of ownerships.entries()) {
    const from = ownerships[i - 1]?.owner;
    if (from === undefined || from === to) continue;
    const place = { block, logIndex };
    const epoch = epochs.findLast((each) => isBefore({ block: each.blockNumber, logIndex: each.logIndex }, place));
    const attributed = epoch === undefined ? 0n : await keptOrNull(cumulativeAfter(epoch));
    const direct = entries
      .filter((entry) => isBefore(entry, place))
      .reduce((sum, { what, amount }) => sum + (what === "paid" ? -amount : amount), 0n);
    handovers.push({
      ...{ at, position, what: "transferred", from, to, transaction, block, logIndex },
      ...{ epoch: epoch?.epoch ?? null, amount: attributed === null ? null : attributed + direct },
    });
  }
  return handovers;
}

function isBefore(a: Place, b: Place): boolean {
  return a.block < b.block || (a.block === b.block && a.logIndex < b.logIndex);
}

async function keptOrNull(reading: Promise<bigint>): Promise<bigint | null> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    return null;
  }
}
