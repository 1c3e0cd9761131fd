// Which maxima of a channel's vouchers were charged by: a voucher names no call, so each pays once.

/** How many are kept: with as many, all that are not above the smallest count as used. */
export const MOST_USED = 512;

/** Vouchers of a channel as far as they were charged by. */
export interface Vouchers {
  readonly charged: bigint;
  /** Maxima that were charged by and are above `charged`, ascending; lower ones cannot come back. */
  readonly used: readonly bigint[];
  /** That the last charge was made by; its signature may be shown, it pays no more. */
  readonly last: { readonly signedMaxClaimable: string; readonly signature: string } | undefined;
  /** Whether a refund of the channel stands: nothing is charged to it meanwhile. */
  readonly isRefunded: boolean;
}

/** @returns the used ones once a charge by a voucher for `most` has raised the total to `charged` */
export function useMaximum(used: readonly bigint[], most: bigint, charged: bigint): readonly bigint[] {
  const all = used.filter((each) => each > charged && each !== most);
  if (most > charged) all.push(most);
  all.sort((a, b) => (a < b ? -1 : 1));
  return all.slice(-MOST_USED);
}

export function isUsed(used: readonly bigint[], most: bigint): boolean {
  return (used.length >= MOST_USED && most <= used[0]!) || used.includes(most);
}

/** @returns by how little `most` must be raised to be one that was never charged by */
export function raiseToUnused(used: readonly bigint[], most: bigint): bigint {
  let free = used.length >= MOST_USED && most <= used[0]! ? used[0]! + 1n : most;
  for (const each of used) if (each === free) free++;
  return free - most;
}
