// Settles a till whose channels pay for several versions: one of them stands before another in a channel, and a settlement is of one version.
import { type Address, isAddressEqual } from "viem";

export interface SettledThrough {
  readonly unsettled: () => Promise<readonly { readonly till: Address; readonly version: bigint }[]>;
  /** Settles what a till's channels begin with of a version. @returns what was closed */
  readonly settle: (till: Address, version: bigint) => Promise<readonly unknown[]>;
}

/**
 * Settles version after version, until there is nothing left or nothing that can be settled.
 * @param isEnough asked after each; ends it early
 * @returns whether anything was closed
 */
export async function settleThrough(
  { unsettled, settle }: SettledThrough,
  till: Address,
  isEnough: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<boolean> {
  let isAnyClosed = false;
  for (let progress = 1; progress > 0;) {
    progress = 0;
    for (const each of await unsettled()) {
      if (!isAddressEqual(each.till, till)) continue;
      progress += (await settle(each.till, each.version)).length;
      if (progress > 0) isAnyClosed = true;
      if (await isEnough()) return isAnyClosed;
    }
  }
  return isAnyClosed;
}
