// Step 12: the registry of models.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function modelRegistry(
  m: IgnitionModuleBuilder,
  p: Parameters,
  needs: { token: Contract; datanets: Contract; positions: Contract; governance: Contract },
): Contract {
  const parameters = {
    treasuryLeastBps: p.treasuryLeastBps,
    treasuryMostBps: p.treasuryMostBps,
    indexBond: p.indexBond,
    mostIndexBond: p.mostIndexBond,
    indexWindowSeconds: p.indexWindowSeconds,
  };
  return m.contract("ModelRegistry", [needs.token, needs.datanets, needs.positions, needs.governance, parameters]);
}
