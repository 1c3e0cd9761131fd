// Step 4: the governor, by whose votes the timelock acts.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function openGovernor(m: IgnitionModuleBuilder, p: Parameters, votes: Contract, governance: Contract): Contract {
  const settings = {
    votingDelaySeconds: p.votingDelaySeconds,
    votingPeriodSeconds: p.votingPeriodSeconds,
    proposalThreshold: p.proposalThreshold,
    quorumBps: p.governorQuorumBps,
    lateQuorumSeconds: p.lateQuorumSeconds,
    leastQuorum: p.governorLeastQuorum,
  };
  return m.contract("OpenGovernor", [votes, governance, settings]);
}
