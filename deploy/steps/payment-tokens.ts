// Step 16: a vault, a ledger, tills and courts for every further payment token, bound to each other.
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import { courtSteps, tokenSteps } from "../step-names.ts";
import type { Contract } from "./contract.ts";
import { type Courts, courts, courtsOf } from "./courts.ts";
import { type LedgerNeeds, royaltyLedger } from "./royalty-ledger.ts";
import { royaltyVault } from "./royalty-vault.ts";
import { tillFactory } from "./tills.ts";

export function paymentTokens(
  m: IgnitionModuleBuilder,
  p: Parameters,
  needs: LedgerNeeds & {
    positions: Contract;
    models: Contract;
    datanets: Contract;
    staking: Contract;
    channels: Contract;
  },
): { bound: Future[]; courts: Courts }[] {
  return p.paymentTokens.map((paymentToken, index) => {
    const steps = tokenSteps(paymentToken.symbol);
    const vault = royaltyVault(m, paymentToken.token, needs.positions, steps.vault);
    const ledger = royaltyLedger(m, p, vault, needs, paymentToken, steps.ledger);
    const tills = tillFactory(m, ledger, needs.models, needs.staking, steps);
    const named = courts(m, p, { ...needs, ledger, tills }, paymentToken, index + 1, courtSteps(paymentToken.symbol));
    const bound = [
      m.call(vault, "bind", [ledger], { id: steps.bindVault }),
      m.call(ledger, "bind", [tills, needs.models, courtsOf(named)], { id: steps.bindLedger }),
    ];
    return { bound, courts: named };
  });
}
