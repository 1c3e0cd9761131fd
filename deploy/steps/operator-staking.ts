// Step 6: the staking of operators and their delegators.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function operatorStaking(
  m: IgnitionModuleBuilder,
  p: Parameters,
  token: Contract,
  governance: Contract,
): Contract {
  const parameters = {
    unbondingSeconds: p.unbondingSeconds,
    commissionDelaySeconds: p.commissionDelaySeconds,
    streamSeconds: p.streamSeconds,
  };
  return m.contract("OperatorStaking", [token, governance, parameters]);
}
