// Whose a position was when something was booked: what was not paid when it changed hands went with it.

/** A transfer of a position, as the index has it. */
export interface Transferred {
  /** Its transaction and the number of its event in the block. */
  id: string;
  positionId: string;
  from: string;
  to: string;
  at: string;
  block: string;
  transactionHash: string;
}

export interface Owned {
  /** Who owns each position now. */
  readonly owners: ReadonlyMap<string, string>;
  /** Of all of them. */
  readonly transfers: readonly Transferred[];
}

/** An event in its block; a payment, which is several events, by the number of the first. */
export type Booked = { readonly positionId: string; readonly block: string } & (
  { readonly id: string } | { readonly logIndex: number }
);

export function ownerOf({ owners, transfers }: Owned, booked: Booked): string {
  const own = ofPosition(transfers, booked.positionId);
  const since = own.findLast((transfer) => isBefore(transfer, booked));
  return since?.to ?? own[0]?.from ?? owners.get(booked.positionId) ?? "";
}

/** A position's transfers, in their order. */
export function ofPosition(transfers: readonly Transferred[], positionId: string): Transferred[] {
  return transfers
    .filter((transfer) => transfer.positionId === positionId)
    .toSorted((a, b) => Number(a.block) - Number(b.block) || eventOf(a) - eventOf(b));
}

export function isBefore(transfer: Transferred, booked: Booked): boolean {
  if (transfer.block !== booked.block) return Number(transfer.block) < Number(booked.block);
  return eventOf(transfer) < ("id" in booked ? eventOf(booked) : booked.logIndex);
}

export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function eventOf({ id }: { id: string }): number {
  return Number(id.slice(id.lastIndexOf("-") + 1));
}
