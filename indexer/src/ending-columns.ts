// What the end of a proposal or an index changes in its row.
import type { Address } from "viem";

/** @param prover Whom the reward was meant for: the court itself where it holds it, which it says then. */
export function endedNow(
  endedAt: bigint,
  { prover, reward, burned }: { prover: Address; reward: bigint; burned: bigint },
) {
  const wasPaid = reward > 0n;
  return { endedAt, reward, burned, rewardTo: wasPaid ? prover : null, rewardPaidAt: wasPaid ? endedAt : null };
}

/** @param heldUntil Last block at which somebody else can take the reward. */
export function rewardHeld(heldUntil: number) {
  return { rewardTo: null, rewardPaidAt: null, rewardHeldUntil: BigInt(heldUntil) };
}

export function rewardPaid(rewardPaidAt: bigint, rewardTo: Address) {
  return { rewardTo, rewardPaidAt };
}
