// Step 13: a ledger and tills for every further payment token, bound to each other.
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { tokenSteps } from "../step-names.ts";
import type { Contract } from "./contract.ts";
import { type LedgerNeeds, royaltyLedger } from "./royalty-ledger.ts";
import { tillFactory } from "./tills.ts";

export function paymentTokens(
  m: IgnitionModuleBuilder,
  p: Parameters,
  needs: LedgerNeeds & { models: Contract; staking: Contract },
): Future[] {
  return p.paymentTokens.map((paymentToken) => {
    const steps = tokenSteps(paymentToken.symbol);
    const ledger = royaltyLedger(m, p, paymentToken.token, needs, paymentToken, steps.ledger);
    const tills = tillFactory(m, ledger, needs.models, needs.staking, steps);
    return m.call(ledger, "bind", [tills, needs.models], { id: steps.bind });
  });
}
