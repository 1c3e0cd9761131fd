// Step 10: the registry of datanets.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function datanetRegistry(
  m: IgnitionModuleBuilder,
  p: Parameters,
  ledger: Contract,
  positions: Contract,
): Contract {
  return m.contract("DatanetRegistry", [ledger, positions, p.leastReviewWindowSeconds, p.mostReviewWindowSeconds]);
}
