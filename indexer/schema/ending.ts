// Columns of what a court can end: proposals and indexes, which have a bond.
import { endingCause } from "./enums.ts";
import type { PgColumnsBuilders } from "ponder";

/** Of the bond, `reward` went or goes to whoever showed the fault, and `burned` was destroyed. */
export function ending(t: PgColumnsBuilders) {
  return {
    endedAt: t.bigint(),
    endedBy: endingCause(),
    reward: t.bigint(),
    burned: t.bigint(),
    /** Whom the reward was paid to; nobody while it is held, or where it could not be received. */
    rewardTo: t.hex(),
    /** The last block at which an earlier reservation could take the reward that was held. */
    rewardHeldUntil: t.bigint(),
    rewardPaidAt: t.bigint(),
  };
}
