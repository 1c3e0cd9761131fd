// Step 17: the ERC-8004 registry of agents: the chain's own where there is one.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function agentRegistry(m: IgnitionModuleBuilder, p: Parameters): Contract {
  if (p.agentRegistry !== undefined) return m.contractAt("AgentRegistry", p.agentRegistry);
  return m.contract("AgentRegistry");
}
