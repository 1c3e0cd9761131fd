// Step 2: gOPEN, the wrapper of OPEN that votes.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Contract } from "./contract.ts";

export function governanceOpen(m: IgnitionModuleBuilder, token: Contract): Contract {
  return m.contract("GovernanceOpen", [token]);
}
