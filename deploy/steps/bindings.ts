// Step 17: the one-time bindings that close the circles between the contracts.
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { BIND_LEDGER, BIND_MINTERS, BIND_REVIEW, BIND_STAKING, BIND_VAULT } from "../step-names.ts";
import type { Contract } from "./contract.ts";

export type Bound = Record<
  "positions" | "vault" | "ledger" | "tills" | "datanets" | "models" | "review" | "staking",
  Contract
>;

export function bindings(m: IgnitionModuleBuilder, p: Parameters, c: Bound): Future[] {
  const unrevealed = { slasher: c.review, mostBps: p.unrevealedBps, rewardBps: p.unrevealedRewardBps };
  return [
    m.call(c.positions, "bindMinters", [c.datanets, c.models], { id: BIND_MINTERS }),
    m.call(c.vault, "bind", [c.ledger], { id: BIND_VAULT }),
    m.call(c.ledger, "bind", [c.tills, c.models], { id: BIND_LEDGER }),
    m.call(c.datanets, "bindReview", [c.review], { id: BIND_REVIEW }),
    m.call(c.staking, "bind", [c.models, c.datanets, [unrevealed]], { id: BIND_STAKING }),
  ];
}
