// Step 19: the one-time bindings that close the circles between the contracts.
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { BIND_INDEX_COURTS, BIND_LEDGER, BIND_MINTERS, BIND_REVIEW, BIND_STAKING, BIND_VAULT } from "../step-names.ts";
import type { Contract } from "./contract.ts";
import { type Courts, courtsOf } from "./courts.ts";

export type Bound = Record<
  "positions" | "vault" | "ledger" | "tills" | "datanets" | "models" | "review" | "staking" | "indexProofs",
  Contract
> &
  Courts;

/** @param others the courts of the further payment tokens, in their order */
export function bindings(m: IgnitionModuleBuilder, p: Parameters, c: Bound, others: readonly Courts[]): Future[] {
  const unrevealed = { slasher: c.review, mostBps: p.unrevealedBps, rewardBps: p.unrevealedRewardBps };
  // Two for each ledger, in the order of `demandFaults`.
  const withheld = [c, ...others].flatMap(({ demands: slasher }) => [
    { slasher, mostBps: p.withheldSketchesBps, rewardBps: p.withheldRewardBps },
    { slasher, mostBps: p.withheldReceiptsBps, rewardBps: p.withheldRewardBps },
  ]);
  // Likewise, in the order of `settlementFaults` and `disputeFaults`.
  const wrong = [c, ...others].flatMap(({ settlementProofs: slasher }) => [
    { slasher, mostBps: p.wrongSketchesBps, rewardBps: p.wrongRewardBps },
    { slasher, mostBps: p.wrongReceiptsBps, rewardBps: p.wrongRewardBps },
  ]);
  const disputed = [c, ...others].flatMap(({ disputes: slasher }) => [
    { slasher, mostBps: p.disputeUnrevealedBps, rewardBps: p.disputeRewardBps },
    { slasher, mostBps: p.falseSketchBps, rewardBps: p.disputeRewardBps },
  ]);
  const faults = [unrevealed, ...withheld, ...wrong, ...disputed];
  return [
    m.call(c.positions, "bindMinters", [c.datanets, c.models], { id: BIND_MINTERS }),
    m.call(c.vault, "bind", [c.ledger], { id: BIND_VAULT }),
    m.call(c.ledger, "bind", [c.tills, c.models, courtsOf(c)], { id: BIND_LEDGER }),
    m.call(c.models, "bindCourts", [[c.demands, c.indexProofs, c.disputes]], { id: BIND_INDEX_COURTS }),
    m.call(c.datanets, "bindReview", [c.review], { id: BIND_REVIEW }),
    m.call(c.staking, "bind", [c.models, c.datanets, faults], { id: BIND_STAKING }),
  ];
}
