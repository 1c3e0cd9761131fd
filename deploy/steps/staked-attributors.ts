// Step 7: the attributors, weighed by their stake.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function stakedAttributors(m: IgnitionModuleBuilder, p: Parameters, staking: Contract): Contract {
  return m.contract("StakedAttributors", [staking, p.attributorQuorumBps, p.attributorLeastStake]);
}
