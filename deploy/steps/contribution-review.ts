// Step 11: the review of contributions, which may slash validators for votes that they do not reveal.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

/** Place of the fault of not revealing a vote in the list that the staking is bound with. */
export const UNREVEALED_FAULT = 0;

export function contributionReview(
  m: IgnitionModuleBuilder,
  p: Parameters,
  datanets: Contract,
  staking: Contract,
): Contract {
  const parameters = {
    objectionBondFloor: p.objectionBondFloor,
    objectionBondBps: p.objectionBondBps,
    commitSeconds: p.commitSeconds,
    revealSeconds: p.revealSeconds,
    appealSeconds: p.appealSeconds,
    quorumBps: p.reviewQuorumBps,
    rewardBps: p.reviewRewardBps,
    unrevealedFault: UNREVEALED_FAULT,
    unrevealedBps: p.unrevealedBps,
    leastStake: p.reviewLeastStake,
  };
  return m.contract("ContributionReview", [datanets, staking, parameters]);
}
