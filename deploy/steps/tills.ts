// Step 13: the code of the tills, and the factory that clones it; the same for every further payment token.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Contract } from "./contract.ts";

export function tillFactory(
  m: IgnitionModuleBuilder,
  ledger: Contract,
  models: Contract,
  staking: Contract,
  steps = { till: "ModelTill", factory: "TillFactory" },
): Contract {
  const till = m.contract("ModelTill", [ledger, models, staking], { id: steps.till });
  return m.contract("TillFactory", [till, models], { id: steps.factory });
}
