// Step 3: the timelock, which every contract names as its governance. Anybody may execute what it holds; the deployer administers it until the last step.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { zeroAddress } from "viem";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function timelock(m: IgnitionModuleBuilder, p: Parameters): Contract {
  return m.contract("TimelockController", [p.timelockDelaySeconds, [], [zeroAddress], m.getAccount(0)]);
}
