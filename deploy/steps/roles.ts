// Step 20, the last: the governor proposes to the timelock, and the deployer gives up its administration. From here on the deployer has no right.
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { GRANT_CANCELLER, GRANT_PROPOSER, RENOUNCE_ADMIN } from "../step-names.ts";
import { CANCELLER_ROLE, DEFAULT_ADMIN_ROLE, PROPOSER_ROLE } from "../timelock-roles.ts";
import type { Contract } from "./contract.ts";

/** @param after everything else: who can still administer the timelock has not finished */
export function handOver(m: IgnitionModuleBuilder, governance: Contract, governor: Contract, after: Future[]): Future {
  const proposer = m.call(governance, "grantRole", [PROPOSER_ROLE, governor], { id: GRANT_PROPOSER });
  const canceller = m.call(governance, "grantRole", [CANCELLER_ROLE, governor], { id: GRANT_CANCELLER });
  return m.call(governance, "renounceRole", [DEFAULT_ADMIN_ROLE, m.getAccount(0)], {
    id: RENOUNCE_ADMIN,
    after: [proposer, canceller, ...after],
  });
}
