// Step 5: the royalty positions, with the treasury's as the first, and the vault of OPEN, which they make.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function royaltyPositions(
  m: IgnitionModuleBuilder,
  p: Parameters,
  token: Contract,
  governance: Contract,
): Contract {
  return m.contract("RoyaltyPositions", [p.treasury ?? governance, token]);
}
