// Step 18: the factory of shares of positions.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Contract } from "./contract.ts";

export function royaltySharesFactory(m: IgnitionModuleBuilder, positions: Contract): Contract {
  return m.contract("RoyaltySharesFactory", [positions]);
}
