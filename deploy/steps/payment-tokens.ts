// Step 14: a vault, a ledger and tills for every further payment token, bound to each other.
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { tokenSteps } from "../step-names.ts";
import type { Contract } from "./contract.ts";
import { type LedgerNeeds, royaltyLedger } from "./royalty-ledger.ts";
import { royaltyVault } from "./royalty-vault.ts";
import { tillFactory } from "./tills.ts";

export function paymentTokens(
  m: IgnitionModuleBuilder,
  p: Parameters,
  needs: LedgerNeeds & { positions: Contract; models: Contract; staking: Contract },
): Future[] {
  return p.paymentTokens.flatMap((paymentToken) => {
    const steps = tokenSteps(paymentToken.symbol);
    const vault = royaltyVault(m, paymentToken.token, needs.positions, steps.vault);
    const ledger = royaltyLedger(m, p, vault, needs, paymentToken, steps.ledger);
    const tills = tillFactory(m, ledger, needs.models, needs.staking, steps);
    return [
      m.call(vault, "bind", [ledger], { id: steps.bindVault }),
      m.call(ledger, "bind", [tills, needs.models], { id: steps.bindLedger }),
    ];
  });
}
